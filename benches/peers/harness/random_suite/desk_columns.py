"""What the grammar knows of the desk's tables: which columns are keys, numbers, instants, flags and texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """The columns of one table, by what an analyst does with them."""

    name: str
    #: Tells rows apart; appended to every ORDER BY, so that no two engines may break a tie differently.
    unique: str
    #: The instant by which the rows are dated.
    dated: str
    #: Text columns of few values, with values that occur.
    keys: Mapping[str, tuple[str, ...]]
    #: Whole numbers, with the range in which they vary.
    numbers: Mapping[str, tuple[int, int]]
    #: Amounts of money, which are decimals.
    money: tuple[str, ...] = ()
    #: Pairs of instants, the earlier one first.
    spans: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()
    #: Identifiers of other tables' rows, from a hundred to very many values.
    ids: tuple[str, ...] = ()
    #: Text columns of more values, with words that occur in them.
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Columns that hold NULL in a clean desk too.
    nullable: tuple[str, ...] = ()

    @property
    def instants(self) -> tuple[str, ...]:
        """Every instant, the one that dates the rows first."""
        return tuple(dict.fromkeys([self.dated, *(column for span in self.spans for column in span)]))


PLANS = ("free", "starter", "business", "enterprise")
TEAMS = ("frontline", "technical", "billing", "success", "tier2")

TICKETS = Table(
    name="tickets",
    unique="ticket_id",
    dated="created_at",
    keys={
        "channel": ("email", "chat", "web", "phone", "social", "api"),
        "category": ("how_to", "bug", "billing", "account_access", "performance", "integration",
                     "feature_request", "cancellation", "other", "outage"),
        "priority": ("low", "normal", "high", "urgent"),
        "plan": PLANS,
        "team": TEAMS,
        "status": ("new", "open", "pending", "solved", "closed"),
        "created_by": ("customer", "agent", "system"),
    },
    numbers={"replies": (0, 11), "customer_messages": (0, 10), "internal_notes": (0, 7), "reopens": (0, 3),
             "reassignments": (0, 2), "handoffs": (0, 2), "handle_seconds": (14, 6000)},
    money=("cost",),
    spans=(("created_at", "first_response_at"), ("created_at", "resolved_at"), ("resolved_at", "closed_at"),
           ("created_at", "due_at"), ("first_response_at", "first_resolved_at")),
    flags=("is_escalated", "is_complaint", "sla_met", "first_response_sla_met"),
    ids=("customer_id", "agent_id", "incident_id"),
    texts={"subject": ("API", "report", "export", "invoice", "password", "401", "Wrong", "plan", "slow", "t r",
                       "zebra")},
    nullable=("agent_id", "first_response_at", "resolved_at", "handle_seconds", "sla_met", "incident_id",
              "merged_into_id", "escalated_at"),
)
SURVEYS = Table(
    name="surveys",
    unique="survey_id",
    dated="offered_at",
    keys={"kind": ("csat", "ces", "nps"), "channel": ("email", "in_app", "sms")},
    numbers={"score": (0, 10)},
    spans=(("offered_at", "responded_at"),),
    ids=("customer_id", "agent_id", "ticket_id"),
    texts={"comment": ("too long", "ans", "Fine", "price", "wait", "again", "export", ".", "zebra")},
    nullable=("ticket_id", "agent_id", "responded_at", "score", "comment"),
)
CUSTOMERS = Table(
    name="customers",
    unique="customer_id",
    dated="started_at",
    keys={
        "region": ("north_america", "europe", "apac", "latam"),
        "industry": ("software", "retail", "finance", "health", "education", "manufacturing", "media", "public"),
        "plan": PLANS,
        "end_reason": ("service", "price", "competitor", "no_longer_needed", "out_of_business"),
    },
    numbers={"seats": (1, 300)},
    money=("mrr",),
    spans=(("started_at", "ended_at"),),
    ids=("owner_agent_id",),
    texts={"name": ("Alder", "Bank", "Co", "Works", "Zephyr", "Partners", "ar", "zebra")},
    nullable=("owner_agent_id", "ended_at", "end_reason"),
)
OUTREACH = Table(
    name="outreach",
    unique="outreach_id",
    dated="sent_at",
    keys={"reason": ("health_check", "renewal", "onboarding", "feature", "usage_tip", "check_in"),
          "channel": ("email", "in_app", "phone")},
    numbers={},
    spans=(("sent_at", "engaged_at"),),
    flags=("is_delivered", "is_engaged"),
    ids=("customer_id", "agent_id"),
    nullable=("agent_id", "engaged_at", "is_engaged"),
)
SUBSCRIPTIONS = Table(
    name="subscriptions",
    # A customer and month: what orders these rows names both.
    unique="customer_id",
    dated="month",
    keys={"plan": PLANS, "movement": ("new", "expansion", "contraction", "churned", "unchanged")},
    numbers={"seats": (1, 300)},
    money=("mrr_start", "mrr_end"),
    ids=("customer_id",),
    nullable=("mrr_end",),
)

#: With many rows; the tables that most questions are about stand more than once.
LARGE = (TICKETS, TICKETS, TICKETS, SURVEYS)
#: Those with an identifier of one column.
NAMED = (TICKETS, TICKETS, SURVEYS, CUSTOMERS, OUTREACH)
#: Those that tell about a customer.
OF_CUSTOMERS = (TICKETS, SURVEYS, OUTREACH, SUBSCRIPTIONS)
ALL = (TICKETS, SURVEYS, CUSTOMERS, OUTREACH, SUBSCRIPTIONS)
