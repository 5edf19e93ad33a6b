"""Sheets: tables as workbooks that spreadsheets open. A library without addresses of its own."""
