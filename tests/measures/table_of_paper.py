"""Role × operation of decisions on paper × expected: for the permission matrix."""

from tests.measures.cast_of_roles import read_table

ON_PAPER = read_table("""
                   add_scan record_paper_decision
liaison            office   office
drafter            office   office
unit_leader        office   office
unit_head          office   office
section_liaison    office   office
stranger           office   office
district_liaison   office   office
supervisor         yes      yes
second_supervisor  yes      yes
director           yes      yes
deputy             yes      yes
former_director    office   office
leader             office   office
kpi_owner          office   office
auditor            office   office
administrator      office   office
integrator         office   office
reader             office   office
superuser          office   office
""")

RESTRICTED_ON_PAPER = read_table("""
                   record_paper_decision
liaison            office
drafter            office
unit_leader        office
unit_head          office
section_liaison    hidden
stranger           office
district_liaison   hidden
supervisor         yes
second_supervisor  hidden
director           yes
deputy             yes
former_director    hidden
leader             hidden
kpi_owner          hidden
auditor            hidden
administrator      hidden
integrator         hidden
reader             office
superuser          hidden
""")
