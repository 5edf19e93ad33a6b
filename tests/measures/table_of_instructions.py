"""Who may instruct, put an instruction on record and acknowledge it, written out in full."""

from tests.measures.cast_of_roles import read_table

INSTRUCTIONS = read_table("""
                   instruct  record_instruction acknowledge_instruction
liaison            leader    office             yes
drafter            leader    office             yes
unit_leader        leader    office             yes
unit_head          leader    office             staff
section_liaison    leader    office             staff
stranger           leader    office             staff
district_liaison   leader    office             staff
supervisor         leader    yes                staff
second_supervisor  leader    yes                staff
director           leader    yes                staff
deputy             leader    yes                staff
former_director    leader    office             staff
leader             yes       office             staff
kpi_owner          leader    office             staff
auditor            leader    office             staff
administrator      leader    office             staff
integrator         leader    office             staff
reader             leader    office             staff
superuser          leader    office             staff
""")

RESTRICTED_INSTRUCTIONS = read_table("""
                   instruct  record_instruction acknowledge_instruction
liaison            leader    office             yes
drafter            leader    office             yes
unit_leader        leader    office             yes
unit_head          leader    office             staff
section_liaison    hidden    hidden             hidden
stranger           leader    office             staff
district_liaison   hidden    hidden             hidden
supervisor         leader    yes                staff
second_supervisor  hidden    hidden             hidden
director           leader    yes                staff
deputy             leader    yes                staff
former_director    hidden    hidden             hidden
leader             hidden    hidden             hidden
kpi_owner          hidden    hidden             hidden
auditor            hidden    hidden             hidden
administrator      hidden    hidden             hidden
integrator         hidden    hidden             hidden
reader             leader    office             staff
superuser          hidden    hidden             hidden
""")
