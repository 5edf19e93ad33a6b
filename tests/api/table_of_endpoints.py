"""Every method and address of the interface, and what each caller gets there.

A letter for an endpoint without a row; two where it is of one row: the open measure's, which the
bureau leads and another one supports, and the restricted measure's.
o done · m theirs to do, on another version · r a rule forbids it · x not theirs to do ·
n not there · s out of scope · p for programs only · a not signed in
"""

from tests.measures.cast_of_roles import read_table

TABLE = {
    name.replace(":", " "): line
    for name, line in read_table("""
                                        lia dra ule uhe sec str dis sup dir led kpi aud adm int Pro Rea Non Sub Oth nob
GET:measures                            o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:measures/{pk}                       oo  oo  oo  oo  nn  on  nn  oo  oo  on  nn  on  nn  nn  oo  oo  ss  nn  on  aa
POST:measures/{pk}/acknowledge          mm  mm  xx  xx  nn  xn  nn  xx  xx  xn  nn  xn  nn  nn  mm  ss  ss  nn  xn  aa
GET:measures/{pk}/actions               oo  oo  oo  oo  nn  on  nn  oo  oo  on  nn  on  nn  nn  oo  oo  ss  nn  on  aa
POST:measures/{pk}/adjust               xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/apply                mm  mm  xx  xx  nn  xn  nn  xx  xx  xn  nn  xn  nn  nn  mm  ss  ss  nn  xn  aa
POST:measures/{pk}/ask-adjustment       mm  mm  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  mm  ss  ss  nn  xn  aa
POST:measures/{pk}/ask-cancellation     mm  mm  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  mm  ss  ss  nn  xn  aa
POST:measures/{pk}/ask-carry-over       mm  mm  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  mm  ss  ss  nn  xn  aa
POST:measures/{pk}/ask-extension        mm  mm  xx  xx  nn  xn  nn  xx  xx  xn  nn  xn  nn  nn  mm  ss  ss  nn  xn  aa
POST:measures/{pk}/ask-reopening        mm  mm  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  mm  ss  ss  nn  xn  aa
POST:measures/{pk}/ask-suspension       mm  mm  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  mm  ss  ss  nn  xn  aa
POST:measures/{pk}/cancel               xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/carry-over           xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/close                xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/confirm-objection    xx  xx  mm  xx  nn  xn  nn  xx  xx  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/contribute           xx  xx  xx  xx  nn  on  nn  xx  xx  xn  nn  xn  nn  nn  xx  ss  ss  nn  on  aa
POST:measures/{pk}/detach               xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/extend               xx  xx  xx  xx  nn  xn  nn  xx  mm  mn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/issue                xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/object               mm  mm  mm  xx  nn  xn  nn  xx  xx  xn  nn  xn  nn  nn  mm  ss  ss  nn  xn  aa
POST:measures/{pk}/propose              xx  xx  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/refuse-adjustment    xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/refuse-cancellation  xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/refuse-carry-over    xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/refuse-extension     xx  xx  xx  xx  nn  xn  nn  xx  mm  mn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/refuse-objection     xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/refuse-reopening     xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/refuse-suspension    xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/reissue              xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/reopen               xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/report               mm  mm  xx  xx  nn  xn  nn  xx  xx  xn  nn  xn  nn  nn  mm  ss  ss  nn  xn  aa
POST:measures/{pk}/resume               xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/return-proposal      xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/send-back            xx  xx  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/suspend              xx  xx  xx  xx  nn  xn  nn  xx  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/verify               xx  xx  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures                           x   x   x   x   x   x   x   o   r   x   x   x   x   x   x   s   s   x   x   a
POST:measures/{pk}/clauses              xx  xx  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/ask-contribution     or  rr  xx  xx  nn  xn  nn  xx  xx  xn  nn  xn  nn  nn  rr  ss  ss  nn  xn  aa
POST:measures/{pk}/ask-coordination     or  or  xx  xx  nn  xn  nn  xx  xx  xn  nn  xn  nn  nn  or  ss  ss  nn  xn  aa
POST:measures/{pk}/break-down           mm  mm  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  mm  ss  ss  nn  xn  aa
POST:measures/{pk}/confirm-report       xx  xx  mm  xx  nn  xn  nn  xx  xx  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/report-draft/hand-back xx  xx  mm  xx  nn  xn  nn  xx  xx  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/instruct             xx  xx  xx  xx  nn  xn  nn  xx  xx  on  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/record-instruction   xx  xx  xx  xx  nn  xn  nn  rr  rr  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
GET:measures/{pk}/report-draft          nn  nn  nn  nn  nn  xn  nn  xx  xx  xn  nn  xn  nn  nn  nn  nn  ss  nn  xn  aa
POST:measures/{pk}/review               xx  xx  xx  xx  nn  xn  nn  mn  mn  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/revise               xx  xx  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:measures/{pk}/report-draft/take-back mm  mm  xx  xx  nn  xn  nn  xx  xx  xn  nn  xn  nn  nn  mm  ss  ss  nn  xn  aa
GET:milestones                          o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:milestones/{pk}                     oo  oo  oo  oo  nn  on  nn  oo  oo  on  nn  on  nn  nn  oo  oo  ss  nn  on  aa
GET:reports                             o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:reports/{pk}                        oo  oo  oo  oo  nn  on  nn  oo  oo  on  nn  on  nn  nn  oo  oo  ss  nn  on  aa
POST:reports/{pk}/approve               xx  xx  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:reports/{pk}/return                xx  xx  xx  xx  nn  xn  nn  mm  mm  xn  nn  xn  nn  nn  xx  ss  ss  nn  xn  aa
POST:reports/{pk}/withdraw-review       nn  nn  nn  nn  nn  nn  nn  nn  nn  nn  nn  nn  nn  nn  nn  ss  ss  nn  nn  aa
GET:requests                            o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:requests/{pk}                       o   o   o   o   n   o   n   o   o   o   n   o   n   n   o   o   s   n   o   a
POST:requests/{pk}/paper                x   x   x   x   n   x   n   m   m   x   n   x   n   n   x   s   s   n   x   a
GET:deadlines                           o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:deadlines/{pk}                      o   o   o   o   n   o   n   o   o   o   n   o   n   n   o   o   s   n   o   a
GET:instructions                        o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:instructions/{pk}                   o   o   o   o   n   o   n   o   o   o   n   o   n   n   o   o   s   n   o   a
POST:instructions/{pk}/acknowledge      o   r   r   x   n   x   n   x   x   x   n   x   n   n   r   s   s   n   x   a
GET:evidence                            o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
POST:evidence                           o   o   x   x   x   x   x   x   x   x   x   x   x   x   o   s   s   x   x   a
GET:evidence/{pk}                       oo  oo  oo  oo  nn  on  nn  oo  oo  on  nn  on  nn  nn  oo  oo  ss  nn  on  aa
GET:evidence/{pk}/content               oo  oo  oo  oo  nn  on  nn  oo  oo  on  nn  on  nn  nn  oo  oo  ss  nn  on  aa
GET:contribution-requests               o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:contribution-requests/{pk}          o   o   o   o   n   o   n   o   o   o   n   o   n   n   o   o   s   n   o   a
GET:contributions                       o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:contributions/{pk}                  o   o   o   o   n   o   n   o   o   o   n   o   n   n   o   o   s   n   o   a
GET:coordination-items                  o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:coordination-items/{pk}             o   o   o   o   n   o   n   o   o   o   n   o   n   n   o   o   s   n   o   a
POST:coordination-items/{pk}/answer     x   x   x   x   n   r   n   x   x   x   n   x   n   n   x   s   s   n   r   a
POST:coordination-items/{pk}/record     x   x   x   x   n   x   n   r   r   x   n   x   n   n   x   s   s   n   x   a
POST:coordination-items/{pk}/settle     r   r   x   x   n   x   n   x   x   x   n   x   n   n   r   s   s   n   x   a
POST:coordination-items/{pk}/withdraw   r   r   x   x   n   x   n   x   x   x   n   x   n   n   r   s   s   n   x   a
GET:policies                            o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:policies/{pk}                       o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:policies/{pk}/tree                  o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:clauses                             o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:clauses/{pk}                        o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:chains                              o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:chains/{pk}                         o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:problems                            o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:problems/{pk}                       o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:agencies                            o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:agencies/{pk}                       o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:districts                           o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:districts/{pk}                      o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:kpis                                o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:kpis/{pk}                           o   o   o   o   o   o   o   o   o   o   o   o   n   n   o   o   s   o   o   a
GET:targets                             o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:targets/{pk}                        o   o   o   o   n   n   n   o   o   o   n   o   n   n   o   o   s   n   n   a
GET:baselines                           o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:baselines/{pk}                      o   o   o   o   n   n   n   o   o   o   n   o   n   n   o   o   s   n   n   a
GET:observations                        o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
POST:observations                       o   o   x   x   x   x   x   x   x   x   x   x   r   r   o   s   s   x   x   a
POST:observations/bulk                  o   o   x   x   x   x   x   x   x   x   x   x   r   r   o   s   s   x   x   a
GET:observations/{pk}                   o   o   o   o   n   n   o   o   o   o   n   o   n   n   o   o   s   n   n   a
GET:reminders                           o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:reminders/{pk}                      o   n   n   n   n   n   n   n   n   n   n   n   n   n   n   n   s   n   n   a
GET:audit                               x   x   x   x   x   x   x   x   x   x   x   o   x   x   x   x   s   x   x   a
GET:audit/{pk}                          x   x   x   x   x   x   x   x   x   x   x   o   x   x   x   x   s   x   x   a
GET:webhooks                            o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
POST:webhooks                           p   p   p   p   p   p   p   p   p   p   p   p   p   p   o   s   s   o   o   a
GET:webhooks/{pk}                       n   n   n   n   n   n   n   n   n   n   n   n   n   n   n   n   s   n   n   a
PATCH:webhooks/{pk}                     n   n   n   n   n   n   n   n   n   n   n   n   n   n   n   s   s   n   n   a
POST:webhooks/{pk}/pause                n   n   n   n   n   n   n   n   n   n   n   n   n   n   n   s   s   n   n   a
POST:webhooks/{pk}/ping                 n   n   n   n   n   n   n   n   n   n   n   n   n   n   n   s   s   n   n   a
POST:webhooks/{pk}/renew-secret         n   n   n   n   n   n   n   n   n   n   n   n   n   n   n   s   s   n   n   a
POST:webhooks/{pk}/resume               n   n   n   n   n   n   n   n   n   n   n   n   n   n   n   s   s   n   n   a
GET:webhook-deliveries                  o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:webhook-deliveries/{pk}             n   n   n   n   n   n   n   n   n   n   n   n   n   n   n   n   s   n   n   a
POST:webhook-deliveries/{pk}/replay     n   n   n   n   n   n   n   n   n   n   n   n   n   n   n   s   s   n   n   a
GET:figures/agencies                    o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:figures/policies                    o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   s   o   o   a
GET:changes                             p   p   p   p   p   p   p   p   p   p   p   p   p   p   o   o   s   o   o   a
GET:schema                              o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o
GET:docs                                o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o
GET:                                    o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o   o
""").items()  # noqa: E501  # a table is read by its columns
}
