-- What analysts ask of the desk that `deskql generate` makes, apart from the shipped queries.
--
-- Questions are worded as people word them, not as a faster path would like them. Those with a LIMIT
-- order by something that tells all rows apart, so that there is one right answer.

-- Few keys.

-- name: tickets_by_status_and_priority
SELECT status, priority, count(*) AS tickets
FROM tickets
GROUP BY status, priority
ORDER BY status, priority;

-- name: cost_by_category
SELECT category, count(*) AS tickets, sum(cost) AS cost, avg(cost) AS mean_cost, max(cost) AS dearest
FROM tickets
GROUP BY category
ORDER BY cost DESC;

-- name: spread_of_handle_time
SELECT team, avg(handle_seconds) AS mean, stddev(handle_seconds) AS spread, min(handle_seconds) AS least, max(handle_seconds) AS most
FROM tickets
GROUP BY team
ORDER BY team;

-- name: events_by_kind_and_role
SELECT kind, actor_role, count(*) AS events, count(*) FILTER (WHERE is_public) AS public_events
FROM ticket_events
GROUP BY kind, actor_role
ORDER BY kind, actor_role;

-- name: top_subjects
SELECT subject, count(*) AS tickets
FROM tickets
GROUP BY subject
ORDER BY tickets DESC, subject
LIMIT 10;

-- name: outcomes_side_by_side
SELECT category, count(*) AS tickets,
       count(*) FILTER (WHERE is_escalated) AS escalated,
       count(*) FILTER (WHERE is_complaint) AS complaints,
       count(*) FILTER (WHERE reopens > 0) AS reopened,
       count(*) FILTER (WHERE resolved_at IS NULL) AS unresolved,
       sum(cost) FILTER (WHERE is_escalated) AS cost_of_escalated
FROM tickets
GROUP BY category
ORDER BY category;

-- name: age_classes
SELECT CASE WHEN resolved_at IS NULL THEN 'open'
            WHEN resolved_at - created_at < INTERVAL '1 hour' THEN 'within an hour'
            WHEN resolved_at - created_at < INTERVAL '1 day' THEN 'within a day'
            WHEN resolved_at - created_at < INTERVAL '7 days' THEN 'within a week'
            ELSE 'later' END AS class,
       count(*) AS tickets, avg(cost) AS mean_cost
FROM tickets
GROUP BY 1
ORDER BY 2 DESC;

-- name: handle_time_classes
SELECT CASE WHEN handle_seconds < 120 THEN 'short' WHEN handle_seconds < 600 THEN 'usual'
            WHEN handle_seconds < 1800 THEN 'long' ELSE 'very long' END AS class,
       count(*) AS tickets, avg(cost) AS mean_cost
FROM tickets
GROUP BY 1
ORDER BY 2 DESC;

-- name: totals_by_channel_and_team
SELECT channel, team, count(*) AS tickets, sum(cost) AS cost
FROM tickets
GROUP BY ROLLUP (channel, team)
ORDER BY channel, team;

-- name: busy_categories
SELECT category, priority, count(*) AS tickets
FROM tickets
WHERE created_at >= '2025-01-01'
GROUP BY category, priority
HAVING count(*) > 1000 AND avg(replies) > 1.5
ORDER BY tickets DESC;

-- Time.

-- name: tickets_by_hour_of_the_week
SELECT extract(dow FROM created_at) AS weekday, extract(hour FROM created_at) AS hour, count(*) AS tickets
FROM tickets
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: daily_intake_and_share_of_chats
SELECT created_at::DATE AS day, count(*) AS tickets, avg(CASE WHEN channel = 'chat' THEN 1.0 ELSE 0.0 END) AS chats
FROM tickets
GROUP BY 1
ORDER BY 1;

-- name: hourly_intake_of_a_quarter
SELECT date_trunc('hour', created_at) AS hour, count(*) AS tickets
FROM tickets
WHERE created_at >= '2025-07-01' AND created_at < '2025-10-01'
GROUP BY 1
ORDER BY 1;

-- name: monthly_cost_by_plan
SELECT to_char(created_at, 'YYYY-MM') AS month, plan, sum(cost) AS cost, count(*) AS tickets
FROM tickets
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: year_and_month_parts
SELECT extract(year FROM resolved_at) AS year, extract(month FROM resolved_at) AS month, count(*) AS resolved, sum(reopens) AS reopens
FROM tickets
WHERE resolved_at IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: local_hour_of_arrival
SELECT extract(hour FROM created_at AT TIME ZONE 'America/New_York') AS hour, count(*) AS tickets, avg(replies) AS replies
FROM tickets
GROUP BY 1
ORDER BY 1;

-- name: local_days
SELECT local_date(created_at, 'America/New_York') AS day, count(*) AS tickets, count(*) FILTER (WHERE priority = 'urgent') AS urgent
FROM tickets
GROUP BY 1
ORDER BY 1;

-- name: local_weeks_by_team
SELECT local_trunc('week', created_at, 'America/New_York', 'sunday') AS week, team, count(*) AS tickets, sum(handle_seconds) AS seconds
FROM tickets
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: monthly_growth
SELECT month, tickets, tickets - lag(tickets) OVER (ORDER BY month) AS more, sum(tickets) OVER (ORDER BY month) AS so_far
FROM (SELECT date_trunc('month', created_at) AS month, count(*) AS tickets FROM tickets GROUP BY 1) AS months
ORDER BY month;

-- Many keys.

-- name: busiest_customers
SELECT customer_id, count(*) AS tickets, sum(cost) AS cost
FROM tickets
GROUP BY customer_id
ORDER BY tickets DESC, customer_id
LIMIT 20;

-- name: contacts_per_customer
SELECT tickets, count(*) AS customers
FROM (SELECT customer_id, count(*) AS tickets FROM tickets GROUP BY customer_id) AS each_customer
GROUP BY tickets
ORDER BY tickets;

-- name: customers_with_complaints_and_escalations
SELECT customer_id, count(*) FILTER (WHERE is_complaint) AS complaints, count(*) FILTER (WHERE is_escalated) AS escalated, avg(handle_seconds) AS handle_seconds
FROM tickets
GROUP BY customer_id
HAVING count(*) FILTER (WHERE is_complaint) >= 3 AND count(*) FILTER (WHERE is_escalated) >= 1
ORDER BY customer_id;

-- name: longest_histories
SELECT ticket_id, count(*) AS events, min(event_at) AS first_at, max(event_at) AS last_at
FROM ticket_events
GROUP BY ticket_id
ORDER BY events DESC, ticket_id
LIMIT 25;

-- name: customers_by_month_active
SELECT customer_id, date_trunc('month', created_at) AS month, count(*) AS tickets
FROM tickets
GROUP BY 1, 2
HAVING count(*) >= 6
ORDER BY 1, 2;

-- Distinct counts.

-- name: customers_in_all
SELECT count(DISTINCT customer_id) AS customers FROM tickets;

-- name: customers_by_team
SELECT team, count(DISTINCT customer_id) AS customers, count(*) AS tickets
FROM tickets
GROUP BY team
ORDER BY team;

-- name: people_by_month
SELECT date_trunc('month', created_at) AS month, count(DISTINCT customer_id) AS customers, count(DISTINCT agent_id) AS agents, count(DISTINCT channel) AS channels
FROM tickets
GROUP BY 1
ORDER BY 1;

-- name: agents_on_a_ticket
SELECT actor_role, count(DISTINCT actor_id) AS actors, count(DISTINCT ticket_id) AS tickets
FROM ticket_events
GROUP BY actor_role
ORDER BY actor_role;

-- name: complaining_customers
SELECT category, count(DISTINCT customer_id) FILTER (WHERE is_complaint) AS complaining, count(DISTINCT customer_id) AS customers
FROM tickets
GROUP BY category
ORDER BY category;

-- name: teams_per_customer
SELECT teams, count(*) AS customers
FROM (SELECT customer_id, count(DISTINCT team) AS teams FROM tickets GROUP BY customer_id) AS each_customer
GROUP BY teams
ORDER BY teams;

-- Quantiles.

-- name: median_cost_by_team
SELECT team, median(cost) AS median_cost
FROM tickets
GROUP BY team
ORDER BY team;

-- name: three_quantiles_of_handle_time
SELECT channel,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY handle_seconds) AS p50,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY handle_seconds) AS p90,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY handle_seconds) AS p99
FROM tickets
GROUP BY channel
ORDER BY channel;

-- name: two_quantiles_in_short
SELECT category, quantile_cont(handle_seconds, 0.5) AS p50, quantile_cont(handle_seconds, 0.9) AS p90
FROM tickets
GROUP BY category
ORDER BY category;

-- name: hours_to_resolution_by_plan
SELECT plan,
       percentile_cont(0.1) WITHIN GROUP (ORDER BY extract(epoch FROM resolved_at - created_at) / 3600) AS p10,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM resolved_at - created_at) / 3600) AS p50,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM resolved_at - created_at) / 3600) AS p90
FROM tickets
WHERE resolved_at IS NOT NULL
GROUP BY plan
ORDER BY plan;

-- name: quantiles_of_resolution_by_month
SELECT date_trunc('month', created_at) AS month,
       duration_quantile(created_at, resolved_at, 0.5, 'hour') AS p50,
       duration_quantile(created_at, resolved_at, 0.9, 'hour') AS p90,
       duration_quantile(created_at, resolved_at, 0.99, 'hour') AS p99
FROM tickets
GROUP BY 1
ORDER BY 1;

-- name: quantiles_of_wait_overall
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_response_at - created_at)) AS p50,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM first_response_at - created_at)) AS p95
FROM tickets
WHERE first_response_at IS NOT NULL;

-- name: p90_of_urgent_first_responses
SELECT team, duration_quantile(created_at, first_response_at, 0.9) AS p90_minutes, count(first_response_at) AS answered
FROM tickets
WHERE priority = 'urgent'
GROUP BY team
ORDER BY team;

-- name: quartiles_by_agent
SELECT agent_id, percentile_cont(0.25) WITHIN GROUP (ORDER BY handle_seconds) AS q1, percentile_cont(0.75) WITHIN GROUP (ORDER BY handle_seconds) AS q3
FROM tickets
WHERE agent_id IS NOT NULL
GROUP BY agent_id
ORDER BY agent_id;

-- Joins.

-- name: score_by_category
SELECT t.category, count(*) AS answers, avg(s.score) AS mean_score
FROM surveys s JOIN tickets t ON t.ticket_id = s.ticket_id
WHERE s.kind = 'csat' AND s.score IS NOT NULL
GROUP BY t.category
ORDER BY mean_score;

-- name: satisfaction_of_late_tickets
SELECT t.sla_met, csat(s.score) AS csat, count(s.score) AS answers
FROM tickets t JOIN surveys s USING (ticket_id)
WHERE s.kind = 'csat'
GROUP BY t.sla_met
ORDER BY t.sla_met;

-- name: bad_scores_listed
SELECT s.survey_id, s.score, s.comment, t.subject, t.team, t.created_at
FROM surveys s JOIN tickets t ON t.ticket_id = s.ticket_id
WHERE s.kind = 'csat' AND s.score = 1 AND t.priority = 'urgent'
ORDER BY s.survey_id;

-- name: tickets_by_industry
SELECT c.industry, c.region, count(*) AS tickets, sum(t.cost) AS cost
FROM tickets t JOIN customers c ON c.customer_id = t.customer_id
GROUP BY c.industry, c.region
ORDER BY c.industry, c.region;

-- name: cost_against_revenue
SELECT c.name, c.customer_id, c.mrr, sum(t.cost) AS cost
FROM customers c JOIN tickets t ON t.customer_id = c.customer_id
WHERE c.plan = 'enterprise' AND t.created_at >= '2025-10-01'
GROUP BY c.name, c.customer_id, c.mrr
HAVING sum(t.cost) > 0.1 * c.mrr
ORDER BY cost DESC, c.customer_id
LIMIT 50;

-- name: three_tables
SELECT c.region, t.channel, nps(s.score) FILTER (WHERE s.kind = 'nps') AS nps, csat(s.score) FILTER (WHERE s.kind = 'csat') AS csat
FROM surveys s
  JOIN customers c ON c.customer_id = s.customer_id
  LEFT JOIN tickets t ON t.ticket_id = s.ticket_id
GROUP BY c.region, t.channel
ORDER BY c.region, t.channel;

-- name: notes_on_escalated_tickets
SELECT t.category, count(*) AS notes
FROM ticket_events e JOIN tickets t ON t.ticket_id = e.ticket_id
WHERE e.kind = 'comment' AND NOT e.is_public AND t.is_escalated
GROUP BY t.category
ORDER BY t.category;

-- name: customers_without_tickets
SELECT c.plan, count(*) AS customers
FROM customers c
WHERE NOT EXISTS (SELECT 1 FROM tickets t WHERE t.customer_id = c.customer_id)
GROUP BY c.plan
ORDER BY c.plan;

-- name: tickets_with_an_answer
SELECT team, count(*) AS tickets
FROM tickets t
WHERE EXISTS (SELECT 1 FROM surveys s WHERE s.ticket_id = t.ticket_id AND s.score IS NOT NULL)
GROUP BY team
ORDER BY team;

-- name: never_asked
SELECT status, channel, count(*) AS tickets
FROM tickets t
WHERE NOT EXISTS (SELECT 1 FROM surveys s WHERE s.ticket_id = t.ticket_id)
GROUP BY status, channel
ORDER BY status, channel;

-- name: tickets_of_large_customers
SELECT category, count(*) AS tickets, art(created_at, resolved_at, 'hour') AS art_hours
FROM tickets
WHERE customer_id IN (SELECT customer_id FROM customers WHERE seats >= 100 AND ended_at IS NULL)
GROUP BY category
ORDER BY category;

-- name: unhappy_then_gone
SELECT c.end_reason, count(*) AS customers
FROM customers c
WHERE c.ended_at IS NOT NULL
  AND c.customer_id IN (SELECT customer_id FROM surveys WHERE kind = 'csat' AND score <= 2)
GROUP BY c.end_reason
ORDER BY c.end_reason;

-- name: dearer_than_usual
SELECT t.category, count(*) AS tickets, sum(t.cost - usual.mean_cost) AS above
FROM tickets t JOIN (SELECT category, avg(cost) AS mean_cost FROM tickets GROUP BY category) AS usual ON usual.category = t.category
WHERE t.cost > 3 * usual.mean_cost
GROUP BY t.category
ORDER BY t.category;

-- name: customers_by_contacts_and_plan
SELECT c.plan, count(*) AS customers, avg(coalesce(k.tickets, 0)) AS tickets, max(k.last_at) AS last_at
FROM customers c LEFT JOIN (
  SELECT customer_id, count(*) AS tickets, max(created_at) AS last_at FROM tickets GROUP BY customer_id
) AS k ON k.customer_id = c.customer_id
GROUP BY c.plan
ORDER BY c.plan;

-- name: score_after_how_many_replies
SELECT least(t.replies, 6) AS replies, avg(m.score) AS mean_score, count(*) AS tickets
FROM tickets t JOIN (
  SELECT ticket_id, avg(score) AS score FROM surveys WHERE kind = 'csat' AND score IS NOT NULL GROUP BY ticket_id
) AS m ON m.ticket_id = t.ticket_id
GROUP BY 1
ORDER BY 1;

-- name: copies_and_originals
SELECT original.channel AS first_channel, copy.channel AS copy_channel, count(*) AS copies
FROM tickets copy JOIN tickets original ON original.ticket_id = copy.merged_into_id
GROUP BY original.channel, copy.channel
ORDER BY copies DESC, 1, 2;

-- name: revenue_of_complaining_customers
SELECT s.month, sum(s.mrr_end) AS mrr, count(*) AS customers
FROM subscriptions s
WHERE EXISTS (SELECT 1 FROM tickets t WHERE t.customer_id = s.customer_id AND t.is_complaint)
GROUP BY s.month
ORDER BY s.month;

-- name: nps_by_the_plan_of_the_month
SELECT p.plan, nps(a.score) AS nps, count(*) AS answers
FROM surveys a LEFT JOIN subscriptions p
  ON p.customer_id = a.customer_id AND p.month = CAST(date_trunc('month', a.responded_at) AS DATE)
WHERE a.kind = 'nps' AND a.responded_at >= '2025-07-01'
GROUP BY p.plan
ORDER BY p.plan;

-- name: tickets_soon_after_outreach
SELECT o.reason, count(*) AS messages, count(t.ticket_id) AS tickets
FROM outreach o LEFT JOIN tickets t
  ON t.customer_id = o.customer_id AND t.created_at >= o.sent_at AND t.created_at < o.sent_at + INTERVAL '3 days'
GROUP BY o.reason
ORDER BY o.reason;

-- Windows.

-- name: days_to_the_next_contact
SELECT channel, avg(extract(epoch FROM next_at - created_at) / 86400.0) AS mean_days, count(next_at) AS followed
FROM (SELECT channel, created_at, lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at, ticket_id) AS next_at FROM tickets) AS contacts
GROUP BY channel
ORDER BY channel;

-- name: channel_before_and_now
SELECT before, channel, count(*) AS contacts
FROM (SELECT channel, lag(channel) OVER (PARTITION BY customer_id ORDER BY created_at, ticket_id) AS before FROM tickets) AS contacts
WHERE before IS NOT NULL
GROUP BY before, channel
ORDER BY before, channel;

-- name: first_ticket_of_each_customer
SELECT category, count(*) AS customers
FROM (SELECT category, row_number() OVER (PARTITION BY customer_id ORDER BY created_at, ticket_id) AS place FROM tickets) AS placed
WHERE place = 1
GROUP BY category
ORDER BY customers DESC, category;

-- name: three_dearest_of_each_team
SELECT team, ticket_id, cost
FROM (SELECT team, ticket_id, cost, row_number() OVER (PARTITION BY team ORDER BY cost DESC, ticket_id) AS place FROM tickets) AS placed
WHERE place <= 3
ORDER BY team, place;

-- name: repeats_by_category
SELECT category, rate(again) AS repeated_pct, count(again) AS decided
FROM (
  SELECT category, recontacted(created_at, INTERVAL '7 days') OVER (PARTITION BY customer_id ORDER BY created_at, ticket_id) AS again
  FROM tickets
) AS contacts
GROUP BY category
ORDER BY category;

-- name: repeats_in_three_days_by_month
SELECT date_trunc('month', created_at) AS month, channel, rate(NOT again) AS no_repeat_pct
FROM (
  SELECT created_at, channel, recontacted(created_at, INTERVAL '72 hours') OVER (PARTITION BY customer_id ORDER BY created_at, ticket_id) AS again
  FROM tickets
  WHERE merged_into_id IS NULL
) AS contacts
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: same_category_again
SELECT category, count(*) AS contacts, count(*) FILTER (WHERE next_at <= created_at + INTERVAL '14 days') AS again
FROM (
  SELECT category, created_at, lead(created_at) OVER (PARTITION BY customer_id, category ORDER BY created_at) AS next_at
  FROM tickets
) AS contacts
GROUP BY category
ORDER BY category;

-- name: fcr_of_the_desk
SELECT fcr(customer_id, created_at, INTERVAL '7 days') AS no_repeat_pct FROM tickets;

-- name: fcr_of_plans
SELECT plan, fcr(customer_id, created_at, INTERVAL '30 days') AS no_repeat_pct, fcr(replies, reopens) AS one_touch_pct
FROM tickets
GROUP BY plan
ORDER BY plan;

-- Lengths of time.

-- name: resolved_within_four_hours
SELECT channel, count(*) FILTER (WHERE resolved_at < created_at + INTERVAL '4 hours') AS quick, count(resolved_at) AS resolved
FROM tickets
GROUP BY channel
ORDER BY channel;

-- name: answered_within_a_day
SELECT date_trunc('month', created_at) AS month, rate(first_response_at <= created_at + INTERVAL '1 day') AS within_a_day_pct
FROM tickets
WHERE first_response_at IS NOT NULL
GROUP BY 1
ORDER BY 1;

-- name: follow_up_dates
SELECT (resolved_at + INTERVAL '7 days')::DATE AS follow_up, count(*) AS tickets
FROM tickets
WHERE resolved_at >= '2025-11-01'
GROUP BY 1
ORDER BY 1;

-- Filters on texts, and rows.

-- name: chats_of_enterprises
SELECT count(*) AS tickets, avg(handle_seconds) AS handle_seconds
FROM tickets
WHERE channel = 'chat' AND plan = 'enterprise' AND status <> 'closed';

-- name: refunds_and_invoices
SELECT to_char(created_at, 'YYYY-MM') AS month, count(*) AS tickets
FROM tickets
WHERE subject LIKE '%nvoice%' OR subject LIKE 'Refund%'
GROUP BY 1
ORDER BY 1;

-- name: any_case
SELECT upper(channel) AS channel, count(*) AS tickets
FROM tickets
WHERE lower(category) = 'billing' AND upper(status) IN ('OPEN', 'PENDING', 'NEW')
GROUP BY 1
ORDER BY 1;

-- name: tickets_by_patterns
SELECT ticket_id
FROM tickets
WHERE upper(category) LIKE 'B%' AND regexp_like(team, '^t.*2$');

-- name: unhappy_about_refunds
SELECT s.survey_id, s.score
FROM surveys s JOIN tickets t ON t.ticket_id = s.ticket_id
WHERE lower(t.subject) LIKE '%refund%' AND s.score <= 2;

-- name: open_urgent_tickets
SELECT ticket_id, created_at, team, agent_id, subject
FROM tickets
WHERE status IN ('new', 'open') AND priority = 'urgent'
ORDER BY created_at, ticket_id;

-- name: tickets_of_one_customer
SELECT ticket_id, created_at, channel, subject, status
FROM tickets
WHERE customer_id = 4711
ORDER BY created_at, ticket_id;

-- name: one_ticket_history
SELECT event_no, event_at, kind, actor_role, field, old_value, new_value
FROM ticket_events
WHERE ticket_id = 123456
ORDER BY event_no;

-- name: phone_calls_listed
SELECT ticket_id, created_at, customer_id, category, handle_seconds, cost
FROM tickets
WHERE channel = 'phone' AND category IN ('bug', 'performance', 'integration');

-- name: latest_complaints
SELECT ticket_id, created_at, customer_id, subject
FROM tickets
WHERE is_complaint AND team = 'billing'
ORDER BY created_at DESC, ticket_id
LIMIT 100;

-- name: a_day_of_tickets
SELECT ticket_id, created_at, channel, priority, status, cost
FROM tickets
WHERE created_at >= '2025-09-16' AND created_at < '2025-09-17' AND category = 'outage';

-- name: reassignments_to_tier2
SELECT old_value, count(*) AS moves
FROM ticket_events
WHERE field = 'team' AND new_value = 'tier2'
GROUP BY old_value
ORDER BY old_value;

-- KPIs.

-- name: nps_by_local_month
SELECT local_trunc('month', responded_at, 'America/New_York') AS month, nps(score) AS nps, count(score) AS answers
FROM surveys
WHERE kind = 'nps'
GROUP BY 1
ORDER BY 1;

-- name: first_and_full_resolution
SELECT team, priority, frt(created_at, first_response_at, 'hour') AS frt_hours, art(created_at, resolved_at, 'hour') AS art_hours,
       sla_rate(first_response_sla_met) AS answered_in_time_pct, sla_rate(sla_met) AS resolved_in_time_pct
FROM tickets
GROUP BY team, priority
ORDER BY team, priority;

-- name: scorecard_of_weeks
SELECT date_trunc('week', created_at) AS week, count(*) AS tickets, aht(handle_seconds) AS aht, cost_per_ticket(cost) AS cost,
       escalation_rate(is_escalated) AS escalated_pct, rate(reopens > 0) AS reopened_pct, fcr(replies, reopens) AS one_touch_pct
FROM tickets
WHERE merged_into_id IS NULL
GROUP BY 1
ORDER BY 1;

-- name: backlog_at_new_year
SELECT priority, backlog(created_at, resolved_at, TIMESTAMPTZ '2025-01-01 00:00:00Z') AS open_then
FROM tickets
GROUP BY priority
ORDER BY priority;

-- Windows, sorts and first rows.

-- name: latest_ticket_of_each_customer
SELECT DISTINCT ON (customer_id) customer_id, ticket_id, created_at, team, status
FROM tickets
ORDER BY customer_id, created_at DESC, ticket_id;

-- name: first_two_tickets_of_each_customer
SELECT customer_id, ticket_id, created_at, channel
FROM (SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY created_at, ticket_id) AS place FROM tickets)
WHERE place <= 2;

-- name: costliest_three_of_each_team_and_month
SELECT team, month, ticket_id, cost
FROM (
  SELECT team, date_trunc('month', created_at) AS month, ticket_id, cost,
         rank() OVER (PARTITION BY team, date_trunc('month', created_at) ORDER BY cost DESC) AS place
  FROM tickets)
WHERE place <= 3
ORDER BY team, month, place, ticket_id;

-- name: mean_gap_between_contacts
SELECT plan, avg(epoch(created_at - earlier)) / 86400 AS days
FROM (SELECT plan, created_at, lag(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) AS earlier FROM tickets)
GROUP BY plan
ORDER BY plan;

-- name: running_cost_of_each_customer
SELECT max(running) AS most
FROM (SELECT sum(handle_seconds) OVER (PARTITION BY customer_id ORDER BY created_at, ticket_id) AS running FROM tickets);

-- name: share_of_all_costs
SELECT team, round(sum(share), 6) AS share
FROM (SELECT team, 100.0 * cost / sum(cost) OVER () AS share FROM tickets)
GROUP BY team
ORDER BY team;

-- name: share_of_own_customer
SELECT ticket_id, count(*) OVER (PARTITION BY customer_id) AS of_customer
FROM tickets
WHERE priority = 'urgent';

-- name: all_tickets_by_team_and_time
SELECT team, created_at, ticket_id
FROM tickets
ORDER BY team, created_at DESC, ticket_id;

-- name: fifty_thousand_longest
SELECT ticket_id, handle_seconds, created_at
FROM tickets
ORDER BY handle_seconds DESC NULLS LAST, ticket_id
LIMIT 50000;

-- name: channels_and_categories_of_customers
SELECT customer_id, count(DISTINCT channel) AS channels, count(DISTINCT category) AS categories, count(*) AS tickets
FROM tickets
GROUP BY customer_id
ORDER BY channels DESC, tickets DESC, customer_id
LIMIT 20;

-- name: tickets_during_incidents
SELECT i.severity, count(*) AS tickets, round(avg(t.cost), 4) AS cost
FROM tickets AS t
JOIN incidents AS i ON t.created_at BETWEEN i.started_at AND i.resolved_at
GROUP BY i.severity
ORDER BY i.severity;

-- name: tickets_far_from_incidents
SELECT t.team, count(*) AS tickets
FROM tickets AS t
WHERE NOT EXISTS (SELECT 1 FROM incidents AS i WHERE t.created_at >= i.started_at AND t.created_at < i.started_at + INTERVAL '30 days')
GROUP BY t.team
ORDER BY t.team;

-- name: mean_cost_of_the_last_ten
SELECT round(max(mean), 4) AS most
FROM (SELECT avg(cost) OVER (PARTITION BY team ORDER BY created_at, ticket_id ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) AS mean FROM tickets);

-- name: tickets_of_seven_days
SELECT max(tickets) AS most, count(*) AS n
FROM (SELECT count(*) OVER (PARTITION BY customer_id ORDER BY created_at RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW) AS tickets FROM tickets);

-- name: channel_of_first_ticket
SELECT first, count(*) AS tickets
FROM (SELECT first_value(channel) OVER (PARTITION BY customer_id ORDER BY created_at, ticket_id) AS first FROM tickets)
GROUP BY first
ORDER BY first;

-- name: days_with_tickets_of_each_agent
SELECT agent_id, count(DISTINCT created_at::DATE) AS days
FROM tickets
WHERE resolved_at::DATE > created_at::DATE
GROUP BY agent_id
ORDER BY days DESC, agent_id
LIMIT 20;

-- name: customers_that_left_without_a_ticket
SELECT count(*) AS customers
FROM (SELECT customer_id FROM customers WHERE ended_at IS NOT NULL EXCEPT SELECT customer_id FROM tickets);

-- name: teams_that_keep_each_promise
SELECT agent_id, bool_and(sla_met) AS every, bool_or(first_response_sla_met) AS any_of_them
FROM tickets
GROUP BY agent_id
ORDER BY agent_id;
