-- title = "Staffing of the next week"
-- question = "How many people does a live channel need in each half-hour of the next seven days?"
-- topic = "team"
-- dated = "tickets by created_at, on the days of the time zone asked for, or UTC; the day of the newest ticket is not over and is left out, as are merged copies"
-- needs.tickets = ["created_at", "channel", "handle_seconds", "merged_into_id"]
-- param.from = { type = "date", optional = true, about = "staff the week from this day on, as one would have then; from the day of the newest ticket when absent" }
-- param.zone = { type = "text", default = "UTC", about = "time zone whose days and half-hours count, such as America/New_York" }
-- param.channel = { type = "text", default = "chat", about = "a channel on which people wait: chat or phone" }
-- param.target = { type = "integer", default = 60, about = "seconds within which a contact should be answered" }
-- param.service_level = { type = "number", default = 80, about = "percent of contacts to answer within them" }
-- param.max_occupancy = { type = "number", default = 85, about = "percent of their time that people may be busy" }
-- param.shrinkage = { type = "number", default = 30, about = "percent of paid time away: breaks, training, sickness" }

-- The contacts of a day are those of the same weekday of the week before, spread over its half-hours as those of
-- that weekday were in the eight weeks before; handle time is the mean of these weeks. What a bot or nobody handled
-- has no handle time and needs nobody. Erlang C says how many people a half-hour needs. Half-hours without a contact
-- in eight weeks are not listed: they need whoever keeps the channel open.
WITH
  contacts AS (
    SELECT local_time(created_at, $zone) AS at, handle_seconds
    FROM tickets
    WHERE merged_into_id IS NULL AND created_at IS NOT NULL AND channel = $channel AND handle_seconds IS NOT NULL
  ),
  known AS (
    SELECT *, at::DATE AS day, at::DATE > max(at::DATE) OVER () - 56 AS is_recent
    FROM contacts
    WHERE at::DATE < coalesce($from, (SELECT max(at::DATE) FROM contacts))
  ),
  days AS (SELECT day, count(*) AS contacts FROM known GROUP BY day),
  ahead AS (
    SELECT time AS day, forecast, date_part('isodow', time) AS weekday
    FROM forecast(days, time => day, value => contacts, horizon => 7, method => 'seasonal_naive')
  ),
  halves AS (
    SELECT date_part('isodow', day) AS weekday,
           floor((date_part('hour', at) * 60 + date_part('minute', at)) / 30.0)::INT AS half, count(*) AS contacts
    FROM known
    WHERE is_recent
    GROUP BY ALL
  ),
  shape AS (
    SELECT weekday, half, 1.0 * contacts / sum(contacts) OVER (PARTITION BY weekday) AS share FROM halves
  ),
  handled AS (SELECT avg(handle_seconds) AS seconds FROM known WHERE is_recent),
  needs AS (
    SELECT day, half, forecast * share AS contacts, seconds,
           erlang_agents(2 * forecast * share, seconds, $target, $service_level, $max_occupancy, $shrinkage) AS need
    FROM ahead JOIN shape USING (weekday) CROSS JOIN handled
    WHERE forecast > 0
  )
SELECT day, lpad((half // 2)::VARCHAR, 2, '0') || CASE half % 2 WHEN 0 THEN ':00' ELSE ':30' END AS half_hour,
       round(contacts, 2) AS contacts, round(2 * contacts * seconds / 3600, 2) AS load, need.agents AS agents,
       need.scheduled AS scheduled
FROM needs
ORDER BY day, half_hour;
