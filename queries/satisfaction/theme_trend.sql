-- title = "Themes of comments by month"
-- question = "How often do customers write about a theme each month, and does it come up more or less than the month before?"
-- topic = "satisfaction"
-- dated = "surveys by responded_at, in UTC"
-- chart = { kind = "line", x = "month", y = ["share_pct"], series = "theme" }
-- needs.surveys = ["responded_at", "comment"]
-- param.from = { type = "date", optional = true, about = "surveys answered on this day or later" }
-- param.to = { type = "date", optional = true, about = "surveys answered before this day" }
-- param.kpi = { type = "text", default = "all", choices = ["all", "csat", "ces", "nps"], about = "comments of which surveys" }
-- param.theme = { type = "text", optional = true, about = "one word, such as refund; the most used ones when absent" }
-- param.top = { type = "integer", default = 5, about = "number of themes when none is given" }
-- param.language = { type = "text", default = "en", about = "ISO 639-1 code of the language to look at; comments in another one are left out, those too short to tell are not" }

-- n are the comments of the month, and comments those with the word in any of its forms (by its stem), counted once
-- each. The change is against the last month before that has comments, in points with its 95% interval
-- (Newcombe's); p is adjusted for all rows (Holm). Ask why_detractors for themes that tell unhappy customers from
-- others.
WITH
  -- The number of a comment also makes the language be found only once: it takes most of the time.
  comments AS (
    SELECT row_number() OVER (ORDER BY responded_at, comment) AS id,
           date_trunc('month', responded_at)::DATE AS month, comment,
           coalesce(language(comment), $language) AS language
    FROM surveys
    WHERE ($kpi = 'all' OR kind = $kpi) AND responded_at IS NOT NULL AND length(tokens(comment)) > 0
      AND ($from IS NULL OR responded_at >= $from) AND ($to IS NULL OR responded_at < $to)
  ),
  texts AS (SELECT id, month, comment FROM comments WHERE language = $language),
  chosen AS (
    SELECT $theme AS theme WHERE $theme IS NOT NULL
    UNION ALL
    SELECT keyword FROM keywords(texts, text => comment, by => 'all', language => $language, top => $top)
    WHERE $theme IS NULL
  ),
  words AS (
    SELECT DISTINCT id, stem(word, $language) AS stem
    FROM (SELECT id, unnest(tokens(comment, $language)) AS word FROM texts)
  ),
  shares AS (
    SELECT month, theme, rate_detail(words.id IS NOT NULL) AS share
    FROM texts CROSS JOIN chosen
      LEFT JOIN words ON words.id = texts.id AND words.stem = stem(lower(theme), $language)
    GROUP BY month, theme
  ),
  compared AS (
    SELECT month, theme, share,
           rate_difference(lag(share.hits) OVER (PARTITION BY theme ORDER BY month),
                           lag(share.n) OVER (PARTITION BY theme ORDER BY month), share.hits, share.n) AS change
    FROM shares
  )
SELECT month, theme, share.n AS n, share.hits AS comments, round(share.rate, 1) AS share_pct, round(share.low, 1) AS low_pct,
       round(share.high, 1) AS high_pct, round(change.difference, 1) AS change, round(change.low, 1) AS change_low,
       round(change.high, 1) AS change_high, round(p_adjust(change.p) OVER (), 4) AS p_adjusted
FROM compared
ORDER BY month, theme;
