// Evidence viewed in place: an opened piece is fetched as the download it is, and drawn here.
// Nothing of it is ever part of the page: images are images, text is text, PDF is painted.

const list = document.querySelector("[data-viewer]");
const LONGEST_TEXT = 200_000;
const MOST_PAGES = 50;

async function fetched(url) {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new Error(response.statusText);
  return response.arrayBuffer();
}

function decoded(content) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return new TextDecoder("gb18030").decode(content);
  }
}

async function showImage(url, box, name) {
  const image = new Image();
  image.alt = name;
  image.src = url;
  await image.decode();
  box.replaceChildren(image);
}

async function showText(url, box) {
  const text = document.createElement("pre");
  text.textContent = decoded(await fetched(url)).slice(0, LONGEST_TEXT);
  box.replaceChildren(text);
}

async function showPdf(url, box) {
  const pdf = await import(list.dataset.pdf);
  pdf.GlobalWorkerOptions.workerSrc = list.dataset.worker;
  const opened = await pdf.getDocument({
    data: await fetched(url),
    cMapUrl: list.dataset.cmaps,
    standardFontDataUrl: list.dataset.fonts,
    isEvalSupported: false,
    enableXfa: false,
    useWasm: false,
    verbosity: pdf.VerbosityLevel.ERRORS,
  }).promise;
  box.replaceChildren();
  for (let number = 1; number <= Math.min(opened.numPages, MOST_PAGES); number += 1) {
    box.append(await drawn(await opened.getPage(number), box.clientWidth));
  }
}

// A page as a picture, with its words beside it for who listens.
async function drawn(page, width) {
  const whole = page.getViewport({ scale: 1 });
  const scale = (Math.max(width, 320) / whole.width) * Math.min(window.devicePixelRatio || 1, 2);
  const viewport = page.getViewport({ scale });
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  const said = await page.getTextContent();
  const words = said.items.map((item) => item.str).join(" ").replace(/\s+/g, " ").trim();
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${list.dataset.page} ${page.pageNumber}. ${words}`);
  await page.render({ canvas, viewport }).promise;
  return canvas;
}

// Why a piece is not shown: a file that the server has lost cannot be downloaded either.
async function said(url) {
  const answer = await fetch(url, { method: "HEAD", credentials: "same-origin" }).catch(() => null);
  return answer?.status === 404 ? list.dataset.missing : list.dataset.trouble;
}

const SHOW = { image: showImage, text: showText, pdf: showPdf };

async function show(piece) {
  const box = piece.querySelector(".piece-shown");
  if (box.childNodes.length) return;
  box.textContent = list.dataset.loading;
  box.setAttribute("aria-busy", "true");
  try {
    await SHOW[piece.dataset.view](piece.dataset.url, box, box.getAttribute("aria-label"));
  } catch {
    box.textContent = await said(piece.dataset.url);
  }
  box.removeAttribute("aria-busy");
}

for (const piece of list?.querySelectorAll("[data-view]") ?? []) {
  piece.addEventListener("toggle", () => piece.open && show(piece));
}
