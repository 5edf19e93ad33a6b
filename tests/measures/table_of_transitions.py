"""The transition table as the field wants it, written out by hand: never made from the code.

One line an action, one column a state: where it leads, "stays" where the state stays, "-" where
the state does not know it. The last column names whose act it is.
"""

from tests.measures.cast_of_roles import read_table

TRANSITIONS = read_table("""
                  DRAFT    PROPOSED ISSUED      IN_PROGRESS COMPLETING  CLOSED      SUSPENDED   CANCELLED who
REVISE            stays    -        -           -           -           -           -           -         office
PROPOSE           PROPOSED -        -           -           -           -           -           -         office
RETURN_PROPOSAL   -        DRAFT    -           -           -           -           -           -         director
ISSUE             -        ISSUED   -           -           -           -           -           -         director
ACKNOWLEDGE       -        -        IN_PROGRESS -           -           -           -           -         lead
DEEM_ACKNOWLEDGED -        -        IN_PROGRESS -           -           -           -           -         machine
OBJECT            -        -        stays       stays       -           -           -           -         lead+unit_leader
CONFIRM_OBJECTION -        -        stays       stays       -           -           -           -         unit_leader
REISSUE           -        -        ISSUED      ISSUED      -           -           -           -         director
REFUSE_OBJECTION  -        -        stays       stays       stays       -           stays       -         director
REPORT            -        -        -           stays       -           -           -           -         lead
CONFIRM_REPORT    -        -        -           stays       -           -           -           -         unit_leader
REVIEW            -        -        stays       stays       stays       -           stays       -         reviewer
ASK_CONTRIBUTION  -        -        -           stays       -           -           -           -         lead
CONTRIBUTE        -        -        -           stays       -           -           -           -         supporter
ASK_COORDINATION  -        -        -           stays       -           -           stays       -         lead
INSTRUCT          -        -        stays       stays       stays       -           stays       -           leader
RECORD_INSTRUCTION -        -        stays       stays       stays       -           stays       -           office
ACKNOWLEDGE_INSTRUCTION -        -        stays       stays       stays       -           stays       -           lead_staff
WITHDRAW_REVIEW   -        -        stays       stays       stays       -           stays       -         reviewer
BREAK_DOWN        -        -        -           stays       -           -           -           -         lead+office
DETACH            stays    stays    stays       stays       stays       -           stays       -         director
APPLY             -        -        -           COMPLETING  -           -           -           -         lead
VERIFY            -        -        -           -           stays       -           -           -         office
SEND_BACK         -        -        -           -           IN_PROGRESS -           -           -         office
CLOSE             -        -        -           -           CLOSED      -           -           -         director
ASK_REOPENING     -        -        -           -           -           stays       -           -         lead+office
REOPEN            -        -        -           -           -           IN_PROGRESS -           -         director
REFUSE_REOPENING  -        -        -           -           -           stays       -           -         director
ASK_EXTENSION     -        -        -           stays       -           -           -           -         lead
EXTEND            -        -        -           stays       stays       -           stays       -         director+leader
REFUSE_EXTENSION  -        -        -           stays       stays       -           stays       -         director+leader
ASK_SUSPENSION    -        -        -           stays       -           -           stays       -         lead+office
SUSPEND           -        -        -           SUSPENDED   -           -           SUSPENDED   -         director
REFUSE_SUSPENSION -        -        stays       stays       stays       -           stays       -         director
RESUME            -        -        -           -           -           -           IN_PROGRESS -         director
ASK_ADJUSTMENT    -        -        -           stays       -           -           -           -         lead+office
ADJUST            -        -        -           stays       -           -           stays       -         director
REFUSE_ADJUSTMENT -        -        -           stays       stays       -           stays       -         director
ASK_CARRY_OVER    -        -        -           stays       -           -           -           -         lead+office
CARRY_OVER        -        -        -           stays       -           -           stays       -         director
REFUSE_CARRY_OVER -        -        -           stays       stays       -           stays       -         director
ASK_CANCELLATION  -        -        stays       stays       stays       -           stays       -         lead+office
CANCEL            -        -        CANCELLED   CANCELLED   CANCELLED   -           CANCELLED   -         director
REFUSE_CANCELLATION -      -        stays       stays       stays       -           stays       -         director
""")  # noqa: E501  # a table is read by its columns

WHO = {
    "office": {"supervisor", "second_supervisor", "director", "deputy"},
    "director": {"director", "deputy"},
    "director+leader": {"director", "deputy", "leader"},
    "lead": {"liaison", "drafter"},
    "leader": {"leader"},
    "lead_staff": {"liaison", "drafter", "unit_leader"},
    "unit_leader": {"unit_leader"},
    "lead+unit_leader": {"liaison", "drafter", "unit_leader"},
    "lead+office": {
        "liaison",
        "drafter",
        "supervisor",
        "second_supervisor",
        "director",
        "deputy",
    },
    "supporter": {"stranger"},
    "reviewer": {"supervisor", "second_supervisor", "director", "deputy"},
    "reviewer of a part": {"liaison", "drafter", "unit_leader"},
    "machine": set(),
}
"""The people of `cast_of_roles` whose act it is; all others may not, whatever the state.

Of an extension the count so far decides which of the two it is: the permission matrix and the
tests of extending say that.
"""
