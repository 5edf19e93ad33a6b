"""Who may hand a report in, confirm it, hand it back and take it back, written out in full."""

from tests.measures.cast_of_roles import read_table

CONFIRMING = read_table("""
                   hand_in_report confirm_report hand_back_report take_back_report
liaison            yes            leadleader     leadleader       yes
drafter            yes            leadleader     leadleader       yes
unit_leader        lead           yes            yes              lead
unit_head          lead           leadleader     leadleader       lead
section_liaison    lead           leadleader     leadleader       lead
stranger           lead           leadleader     leadleader       lead
district_liaison   lead           leadleader     leadleader       lead
supervisor         lead           leadleader     leadleader       lead
second_supervisor  lead           leadleader     leadleader       lead
director           lead           leadleader     leadleader       lead
deputy             lead           leadleader     leadleader       lead
former_director    lead           leadleader     leadleader       lead
leader             lead           leadleader     leadleader       lead
kpi_owner          lead           leadleader     leadleader       lead
auditor            lead           leadleader     leadleader       lead
administrator      lead           leadleader     leadleader       lead
integrator         lead           leadleader     leadleader       lead
reader             lead           leadleader     leadleader       lead
superuser          lead           leadleader     leadleader       lead
""")

RESTRICTED_CONFIRMING = read_table("""
                   hand_in_report confirm_report hand_back_report take_back_report
liaison            yes            leadleader     leadleader       yes
drafter            yes            leadleader     leadleader       yes
unit_leader        lead           yes            yes              lead
unit_head          lead           leadleader     leadleader       lead
section_liaison    hidden         hidden         hidden           hidden
stranger           lead           leadleader     leadleader       lead
district_liaison   hidden         hidden         hidden           hidden
supervisor         lead           leadleader     leadleader       lead
second_supervisor  hidden         hidden         hidden           hidden
director           lead           leadleader     leadleader       lead
deputy             lead           leadleader     leadleader       lead
former_director    hidden         hidden         hidden           hidden
leader             hidden         hidden         hidden           hidden
kpi_owner          hidden         hidden         hidden           hidden
auditor            hidden         hidden         hidden           hidden
administrator      hidden         hidden         hidden           hidden
integrator         hidden         hidden         hidden           hidden
reader             lead           leadleader     leadleader       lead
superuser          hidden         hidden         hidden           hidden
""")
