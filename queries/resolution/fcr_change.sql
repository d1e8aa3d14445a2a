-- title = "Whose first contact resolution changed most"
-- question = "Which team's FCR fell or rose most between two periods, for example quarters?"
-- topic = "resolution"
-- dated = "tickets by created_at, in UTC; merged copies are left out"
-- kpis = ["fcr_no_repeat", "fcr_one_touch"]
-- chart = { kind = "bar", x = "segment", y = ["change_points"] }
-- needs.tickets = ["ticket_id", "created_at", "customer_id", "merged_into_id", "team"]
-- param.before = { type = "date", optional = true, about = "first day of the earlier period; by default the periods adjoin" }
-- param.after = { type = "date", optional = true, about = "first day of the later period; by default its end is that of the last whole month" }
-- param.length = { type = "interval", default = "3 months", about = "length of either period" }
-- param.by = { type = "column", default = "team", choices = { all = "'all'", channel = "channel", team = "team", priority = "priority", plan = "plan", category = "category" }, about = "segment" }
-- param.way = { type = "text", default = "no_repeat", choices = ["no_repeat", "one_touch"], about = "no other ticket of the customer soon after, or one reply to a solved ticket that was never reopened" }
-- param.within = { type = "interval", default = "7 days", about = "how soon another contact of the customer counts as a repeat" }

-- The worst change comes first. low and high are the ends of its 95% interval (Newcombe's, from the
-- intervals of both shares): where they have different signs, the change may be chance.
WITH contacts AS (
  SELECT *, recontacted(created_at, $within) OVER (
    PARTITION BY customer_id ORDER BY created_at, ticket_id) AS is_repeated
  FROM tickets
  WHERE merged_into_id IS NULL
),
later AS (
  SELECT coalesce($after, date_trunc('month', max(created_at)) - $length) AS after FROM tickets
),
periods AS (
  SELECT coalesce($before, after - $length) AS before, after FROM later
),
told AS (
  SELECT $by AS segment, created_at,
         CASE
           WHEN $way = 'no_repeat' THEN NOT is_repeated
           ELSE CASE WHEN first_resolved_at IS NOT NULL THEN replies = 1 AND reopens = 0 END
         END AS is_resolved
  FROM contacts
),
compared AS (
  SELECT segment,
         fcr_detail(is_resolved) FILTER (
           WHERE created_at >= before AND created_at < before + $length) AS old,
         fcr_detail(is_resolved) FILTER (
           WHERE created_at >= after AND created_at < after + $length) AS new
  FROM told, periods
  WHERE created_at >= before AND created_at < after + $length
  GROUP BY ALL
)
SELECT segment, old.n AS n_before, round(old.fcr, 1) AS before_pct,
       new.n AS n_after, round(new.fcr, 1) AS after_pct,
       round(new.fcr - old.fcr, 1) AS change_points,
       round(new.fcr - old.fcr - sqrt(power(new.fcr - new.low, 2) + power(old.high - old.fcr, 2)), 1)
         AS low_points,
       round(new.fcr - old.fcr + sqrt(power(new.high - new.fcr, 2) + power(old.fcr - old.low, 2)), 1)
         AS high_points
FROM compared
ORDER BY change_points, segment;
