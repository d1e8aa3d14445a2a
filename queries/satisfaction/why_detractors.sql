-- title = "What unhappy customers write about"
-- question = "Why are detractors unhappy, that is, what do they write about more often than promoters?"
-- topic = "satisfaction"
-- dated = "surveys by responded_at, in UTC"
-- kpis = ["nps", "csat"]
-- chart = { kind = "bar", x = "theme", y = ["difference"] }
-- needs.surveys = ["kind", "responded_at", "score", "comment"]
-- param.from = { type = "date", optional = true, about = "surveys answered on this day or later" }
-- param.to = { type = "date", optional = true, about = "surveys answered before this day" }
-- param.kpi = { type = "text", default = "nps", choices = ["nps", "csat"], about = "nps compares 0 to 6 with 9 and 10, csat 1 to 3 with 4 and 5" }
-- param.language = { type = "text", default = "en", about = "ISO 639-1 code of the language to look at; comments in another one are left out, those too short to tell are not" }
-- param.least = { type = "integer", default = 5, about = "comments that a theme must have" }

-- A theme is a word or a pair of words, counted once in a comment. difference is in points, with its 95% interval
-- (Newcombe's); p is adjusted for the number of themes (Benjamini and Hochberg): one in twenty of those that are
-- clear is there by chance. The example is redacted. Comments of one customer are not independent.
WITH
  -- The number of an answer, while it is read, makes the language be found only once: it takes most of the time.
  answers AS (
    SELECT row_number() OVER (ORDER BY responded_at, comment) AS id, comment,
           coalesce(language(comment), $language) AS language,
           CASE WHEN $kpi = 'csat' THEN score <= 3 WHEN score <= 6 THEN true WHEN score >= 9 THEN false END AS is_unhappy
    FROM surveys
    WHERE kind = $kpi AND responded_at IS NOT NULL AND length(tokens(comment)) > 0
      AND score BETWEEN CASE WHEN $kpi = 'nps' THEN 0 ELSE 1 END AND CASE WHEN $kpi = 'nps' THEN 10 ELSE 5 END
      AND ($from IS NULL OR responded_at >= $from) AND ($to IS NULL OR responded_at < $to)
  ),
  comments AS (SELECT comment, is_unhappy FROM answers WHERE id > 0 AND language = $language AND is_unhappy IS NOT NULL),
  counted AS (
    SELECT count(*) FILTER (WHERE NOT is_unhappy) AS happy, count(*) FILTER (WHERE is_unhappy) AS unhappy FROM comments
  ),
  compared AS (
    SELECT theme, docs_a, docs_b, p_adjusted, log_odds, example,
           rate_difference(docs_a, happy, docs_b, unhappy) AS change
    FROM themes(comments, text => comment, side => is_unhappy, language => $language, min_docs => $least)
      CROSS JOIN counted
    WHERE log_odds > 0
  )
SELECT theme, change.n_b AS unhappy, docs_b AS unhappy_with, round(change.b, 1) AS unhappy_pct, change.n_a AS happy,
       docs_a AS happy_with, round(change.a, 1) AS happy_pct, round(change.difference, 1) AS difference,
       round(change.low, 1) AS low, round(change.high, 1) AS high, round(p_adjusted, 4) AS p_adjusted,
       p_adjusted <= 0.05 AS is_clear, example
FROM compared
ORDER BY p_adjusted, log_odds DESC, theme;
