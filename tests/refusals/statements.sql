SELECT CAST('abc' AS INT)
SELECT team::INT FROM t
SELECT sum(note::INT) FROM t
SELECT team::INT FROM n
SELECT team::INT FROM p
SELECT team::DOUBLE FROM p
SELECT team::BOOLEAN FROM p
SELECT team::DATE FROM p
SELECT team::TIMESTAMP FROM p
SELECT team::TIME FROM p
SELECT team::INTERVAL FROM p
SELECT team::DECIMAL(10,2) FROM p
SELECT team::TIMESTAMPTZ FROM t
SELECT (id*1000)::TINYINT FROM p
SELECT (id*100000)::SMALLINT FROM p
SELECT (amount*1e300)::BIGINT FROM p
SELECT (-id)::INT UNSIGNED FROM p
SELECT (money*1000000)::DECIMAL(5,2) FROM p
SELECT 1/0
SELECT 1/(id-2) FROM t
SELECT 1%(id-2) FROM t
SELECT money/(id-2)::DECIMAL(10,2) FROM p
SELECT id*9223372036854775807 FROM t
SELECT -(-9223372036854775808)
SELECT sum(id*4611686018427387904) FROM t
SELECT sum(x) FROM (VALUES (9223372036854775807),(1)) v(x)
SELECT team + 1 FROM t
SELECT team AND true FROM t
SELECT NOT team FROM t
SELECT team * 2 FROM t
SELECT -team FROM t
SELECT day + 1 FROM t
SELECT at - 1 FROM t
SELECT at + at FROM t
SELECT tags + 1 FROM n
SELECT who + 1 FROM n
SELECT tags > 1 FROM n
SELECT who = 1 FROM n
SELECT sum(team) FROM t
SELECT avg(day) FROM t
SELECT nps(score) FROM t
SELECT nps(team) FROM t
SELECT csat(score) FROM t
SELECT csat(team) FROM t
SELECT regexp_like(team, '(') FROM t
SELECT team ~ '[' FROM t
SELECT regexp_replace(team, '(', 'x') FROM t
SELECT tags[0] FROM n
SELECT tags['a'] FROM n
SELECT who['zz'] FROM n
SELECT team[1] FROM t
SELECT list[1.5] FROM p
SELECT from_local_time(team, 'Europe/Berlin') FROM t
SELECT from_local_time(at, 'Europe/Nowhere') FROM t
SELECT at AT TIME ZONE 'Nowhere' FROM t
SELECT strptime(team, '%Y-%m-%d') FROM t
SELECT to_timestamp(team) FROM t
SELECT to_date(team) FROM t
SELECT to_char(at, '%Q') FROM t
SELECT date_trunc('fortnight', at) FROM t
SELECT date_part('fortnight', at) FROM t
SELECT extract(fortnight FROM at) FROM t
SELECT date_bin(INTERVAL '0 days', at) FROM t
SELECT time_bucket('x', at) FROM t
SELECT INTERVAL 'abc'
SELECT INTERVAL '3'
SELECT TIMESTAMP 'abc'
SELECT DATE 'abc'
SELECT DATE '2026-02-30'
SELECT TIME '25:00:00'
SELECT TIMESTAMP '2026-13-01 00:00:00'
SELECT at + INTERVAL '1000000 years' FROM t
SELECT arrow_cast(1, 'Foo')
SELECT x'0g'
SELECT round(team) FROM t
SELECT round(amount, 'a') FROM t
SELECT abs(team) FROM t
SELECT sqrt(-1)
SELECT ln(0)
SELECT factorial(30)
SELECT power(10, 400)
SELECT chr(-1)
SELECT substr(team, 1, -1) FROM t
SELECT lpad(team, -1) FROM t
SELECT split_part(team, ',', 0) FROM t
SELECT generate_series(1, 10, 0)
SELECT * FROM generate_series(1, 10, 0)
SELECT range(1, 10, 0)
SELECT array_element([1,2], 'a')
SELECT make_date(2026, 13, 1)
SELECT make_date(id::INT, 13, 1) FROM t
SELECT percentile_cont(1.5) WITHIN GROUP (ORDER BY id) FROM t
SELECT percentile_cont(id) WITHIN GROUP (ORDER BY id) FROM t
SELECT approx_percentile_cont(amount, 2) FROM t
SELECT ntile(0) OVER (ORDER BY id) FROM t
SELECT nth_value(id, 0) OVER (ORDER BY id) FROM t
SELECT lag(id, 'a') OVER (ORDER BY id) FROM t
SELECT sum(id) OVER (ORDER BY id RANGE BETWEEN INTERVAL '1 day' PRECEDING AND CURRENT ROW) FROM t
SELECT sum(id) OVER (ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING) FROM t
SELECT sum(id) OVER (ROWS BETWEEN -1 PRECEDING AND CURRENT ROW) FROM t
SELECT id FROM t LIMIT -1
SELECT id FROM t LIMIT 'a'
SELECT id FROM t OFFSET -1
SELECT id FROM t ORDER BY 9
SELECT id FROM t GROUP BY team
SELECT id, count(*) FROM t
SELECT count(*) FROM t WHERE count(*) > 1
SELECT id FROM t HAVING count(*) > 1
SELECT sum(sum(id)) FROM t
SELECT id FROM t WHERE id
SELECT id FROM t WHERE team
SELECT id FROM t WHERE 1
SELECT * FROM t JOIN n ON t.id
SELECT * FROM t JOIN n ON t.team = n.tags
SELECT id FROM t UNION SELECT id, team FROM t
SELECT id FROM t UNION SELECT tags FROM n
SELECT id FROM t WHERE id IN (SELECT id, team FROM t)
SELECT (SELECT id FROM t)
SELECT (SELECT id, team FROM t LIMIT 1)
SELECT id FROM t WHERE id = (SELECT id FROM t)
SELECT id, (SELECT n.id FROM n WHERE n.amount > t.amount LIMIT 1) FROM t
SELECT id FROM t WHERE EXISTS (SELECT 1 FROM n WHERE n.id = t.id LIMIT 1)
SELECT t.id, EXISTS (SELECT 1 FROM n WHERE n.id = t.id) FROM t
SELECT t.id, x.id FROM t, LATERAL (SELECT * FROM n WHERE n.id = t.id LIMIT 1) x
SELECT (id, team) IN (SELECT id, team FROM t) FROM t
SELECT CASE WHEN id THEN 1 END FROM t
SELECT CASE WHEN true THEN 1 ELSE at END FROM t
SELECT coalesce(id, at) FROM t
SELECT coalesce(tags, 1) FROM n
SELECT greatest(id, tags) FROM n
SELECT nullif(id, at) FROM t
SELECT if(id, 1, 2) FROM t
SELECT id BETWEEN 'a' AND 'b' FROM t
SELECT id IN ('a', 'b') FROM t
SELECT id = 'a' FROM t
SELECT id > 'abc' FROM p
SELECT at > 'abc' FROM t
SELECT day = '2026-02-30' FROM t
SELECT id LIKE 1 FROM t
SELECT team LIKE 1 FROM t
SELECT team ILIKE at FROM t
SELECT unnest(id) FROM t
SELECT * FROM unnest(1)
SELECT nope(id) FROM t
SELECT sum(id, team) FROM t
SELECT upper() FROM t
SELECT upper(tags) FROM n
SELECT length(who) FROM n
SELECT concat(who) FROM n
SELECT date_diff('day', team, at) FROM t
SELECT mttr(at, day, 'fortnight') FROM t
SELECT mttr(at, team) FROM t
SELECT frt(at, id) FROM t
SELECT sla_rate(id) FROM t
SELECT business_hours(at, at, 'nope') FROM t
SELECT fcr(id, at, INTERVAL '-1 day') FROM t
SELECT * FROM backlog_series(t)
SELECT * FROM nope
SELECT nope FROM t
SELECT t.nope FROM t
SELECT id AS a, a FROM t t2, t t3
SELECT * FROM 'nope.csv'
SELECT * FROM t WHERE
SELECT FROM t
SELEC 1
SELECT 1 +
SELECT (1
SELECT 'a
SELECT $1
SELECT ? 
PREPARE p AS SELECT $1 + 1
EXECUTE p('a')
SET datafusion.execution.batch_size = 'x'
SET nope = 1
SET datafusion.execution.time_zone = 'Nowhere'
CREATE TABLE x AS SELECT team::INT FROM t
CREATE TABLE t AS SELECT 1
CREATE VIEW v AS SELECT nope FROM t
DROP TABLE nope
INSERT INTO t VALUES (1)
INSERT INTO t SELECT * FROM t
UPDATE t SET id = 1
DELETE FROM t
EXPLAIN SELECT team::INT FROM t
SELECT json_value(team, '$.a') FROM t
SELECT encode(team, 'zz') FROM t
SELECT decode(team, 'hex') FROM t
SELECT decode(team, 'base64') FROM t
SELECT to_unixtime(team) FROM t
SELECT from_unixtime(team) FROM t
SELECT bit_and(team) FROM t
SELECT bool_and(id) FROM t
SELECT string_agg(id) FROM t
SELECT array_agg(id ORDER BY nope) FROM t
SELECT corr(team, id) FROM t
SELECT stddev(team) FROM t
SELECT median(team) FROM t
SELECT mode() FROM t
SELECT arg_max(id) FROM t
SELECT first_value(id, team) FROM t
SELECT struct(1, 2)['c0'] + 'a'
SELECT named_struct('a') 
SELECT named_struct('a', 1)['b']
SELECT map([1,2],[1])
SELECT map {'a': 1}['b'] + 'x'
SELECT [1, 'a', DATE '2026-01-01']
SELECT [1, [2]]
SELECT list_transform(list, x -> x + 'a') FROM p
SELECT list_transform(id, x -> x + 1) FROM p
SELECT array_sort(id) FROM p
SELECT list || 'a' FROM p
SELECT list + list FROM p
SELECT rec.zz FROM p
SELECT rec + 1 FROM p
SELECT money + 'a' FROM p
SELECT money * money * money * money * money * money * money FROM p
SELECT sum(money * 99999999999999999999999999999999999) FROM p
SELECT CAST(99999999999999999999999999999999999999999 AS BIGINT)
SELECT 99999999999999999999999999999999999999999999999999999999999999999999999999999999
SELECT 1::NOPE
SELECT 1::VARCHAR(-1)
SELECT 1::DECIMAL(99,2)
SELECT 1::DECIMAL(5,9)
SELECT id::TIMESTAMP::TIME::DATE FROM t
SELECT day::INT::BOOLEAN::DATE FROM t
SELECT list::INT FROM p
SELECT list::DATE FROM p
SELECT rec::INT FROM p
SELECT at::INTERVAL FROM t
SELECT amount::DATE FROM t
SELECT true::DATE
SELECT (id > 1)::TIMESTAMP FROM t
SELECT at << 1 FROM t
SELECT team & 1 FROM t
SELECT amount & 1 FROM t
SELECT id << 100 FROM t
SELECT team || tags FROM n, t
SELECT at IN (1, 2) FROM t
SELECT at BETWEEN 1 AND 2 FROM t
SELECT * FROM t QUALIFY id
SELECT * FROM t WHERE row_number() OVER () = 1
SELECT x FROM t PIVOT (sum(id) FOR team IN ('a'))
SELECT * FROM t FETCH FIRST 1 ROW ONLY
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 'a' FROM r) SELECT * FROM r
WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a
SELECT EXTRACT(year FROM team) FROM t
SELECT at AT TIME ZONE id FROM t
SELECT date_add(at, 1) FROM t
SELECT approx_distinct(who) FROM n
SELECT count(DISTINCT who) FROM n
SELECT max(who) FROM n
SELECT * FROM n ORDER BY who
SELECT grouping(id) FROM t
SELECT overlay('abc' placing 'x' from 0)
SELECT position(1 in 2)
SELECT trim(1 from 'a')
SELECT CAST(id AS INT ARRAY) FROM t
SELECT to_hex(team) FROM t
SELECT date_trunc(team, at) FROM t
SELECT random(1)
SELECT uuid(1)
SELECT version(1)
SELECT ascii(at, 1) FROM t
SELECT digest(team, 'nope') FROM t
SELECT levenshtein(team, tags) FROM n
SELECT union_extract(1, 'a')
SELECT arrow_typeof()
SELECT unnest(who) + 1 FROM n
SELECT CAST(list AS VARCHAR)::INT FROM p
SELECT CAST(rec AS DATE) FROM p
SELECT CAST(tags AS BOOLEAN) FROM n
SELECT CAST(who AS TIMESTAMP) FROM n
SELECT CAST(at AS BOOLEAN) FROM t
SELECT CAST(at AS INTERVAL) FROM p
SELECT CAST(day AS TIME) FROM p
SELECT CAST(money AS BOOLEAN)::DATE FROM p
SELECT CAST(id AS BYTEA) FROM t
SELECT CAST(team AS INT UNSIGNED) FROM n
SELECT CAST(team AS REAL) FROM n
SELECT CAST(team AS SMALLINT) FROM n
SELECT CAST(team AS DECIMAL(4, 1)) FROM n
SELECT CAST(team AS DATE) FROM n
SELECT CAST(team AS TIME) FROM n
SELECT CAST(team AS INTERVAL) FROM n
SELECT CAST(team AS TIMESTAMPTZ) FROM n
SELECT CAST(team AS BOOLEAN) FROM n
SELECT CAST('4,5' AS DOUBLE)
SELECT CAST('4.5' AS INTEGER)
SELECT CAST('99999999999' AS INTEGER)
SELECT CAST('' AS INTEGER)
SELECT CAST(' ' AS DOUBLE)
SELECT CAST('yes please' AS BOOLEAN)
SELECT CAST('2026-99-01' AS TIMESTAMP)
SELECT CAST('25:61' AS TIME)
SELECT CAST(1e30 AS INTEGER)
SELECT CAST(1e300 AS DECIMAL(10, 2))
SELECT CAST(12345.678 AS DECIMAL(4, 2))
SELECT CAST('NaN'::DOUBLE AS BIGINT)
SELECT CAST(300 AS TINYINT)
SELECT CAST(-1 AS BIGINT UNSIGNED)
SELECT CAST(max(team) AS INT) FROM t
SELECT CAST(min(team) || 'x' AS DATE) FROM p GROUP BY id
SELECT (SELECT max(team) FROM t)::INT
SELECT id FROM t WHERE (SELECT max(team)::INT FROM p) > 1
SELECT sum(team::INT) OVER (ORDER BY id) FROM t
SELECT rank() OVER (ORDER BY team::INT) FROM t
SELECT id, row_number() OVER (PARTITION BY note::INT) FROM t
SELECT count(*) FROM t GROUP BY note::INT HAVING count(*) > 0
SELECT DISTINCT note::INT FROM t
SELECT id FROM t WHERE note::INT IN (1, 2)
SELECT id FROM t WHERE note::INT BETWEEN 1 AND 2
SELECT CASE WHEN note::INT > 1 THEN 1 END FROM t
SELECT coalesce(note::INT, 1) FROM t
SELECT a.id FROM t a JOIN p b ON a.note::INT = b.id
SELECT a.id FROM t a LEFT JOIN p b ON a.id = b.id AND b.team::INT > 1
SELECT a.id FROM t a WHERE a.id IN (SELECT note::INT FROM t)
SELECT a.id FROM t a WHERE EXISTS (SELECT 1 FROM p b WHERE b.id = a.note::INT)
SELECT note::INT FROM t UNION SELECT id FROM p
SELECT note::INT FROM t EXCEPT SELECT id FROM p
WITH x AS (SELECT note::INT AS n FROM t) SELECT sum(n) FROM x
CREATE VIEW vv AS SELECT note::INT AS n FROM t
SELECT sum(n) FROM vv
SELECT * FROM (VALUES ('a'::INT), (1)) v(x)
SELECT * FROM (VALUES (1), ('a')) v(x)
SELECT * FROM (VALUES (1), (DATE '2026-01-01')) v(x)
SELECT * FROM (VALUES (1, 2), (1)) v(x)
SELECT 10 % 0
SELECT 10.5 / 0
SELECT 1::DECIMAL(10, 2) / 0
SELECT id / (score - 3) FROM p
SELECT sum(1 / (id - 3)) FROM p
SELECT avg(id % (id - 3)) FROM t
SELECT id FROM t WHERE 1 / (id - 4) > 0
SELECT id + 9223372036854775807 FROM t
SELECT -9223372036854775807 - id FROM t
SELECT sum(9223372036854775807 - id) FROM t
SELECT sum(id + 4611686018427387900) OVER (ORDER BY id) FROM t
SELECT avg(money * 1e37::DECIMAL(38, 0)) FROM p
SELECT abs(-9223372036854775807 - 1)
SELECT factorial(-1)
SELECT gcd(-9223372036854775807 - 1, 0)
SELECT lcm(9223372036854775807, 2)
SELECT power(0, -1)
SELECT log(0, 0)
SELECT at + INTERVAL '99999999 days' FROM p
SELECT day + INTERVAL '9999999 months' FROM p
SELECT to_timestamp(1e30)
SELECT to_timestamp('x', '%Y')
SELECT to_timestamp_millis(team) FROM t
SELECT to_date('31/12/2026')
SELECT to_char(team, 'YYYY') FROM t
SELECT strftime(team, '%Y') FROM t
SELECT strftime(at, '%!') FROM t
SELECT strptime('x', '%!')
SELECT date_trunc(at, 'day') FROM t
SELECT date_trunc('day', team) FROM t
SELECT date_trunc('day', id) FROM t
SELECT date_part('day', list) FROM p
SELECT age(at) FROM t
SELECT age(team, at) FROM t
SELECT make_date(2026, 2, 30)
SELECT make_date('a', 1, 1)
SELECT make_time(25, 0, 0)
SELECT date_bin(INTERVAL '1 month 1 day', at) FROM t
SELECT date_bin('x', at) FROM t
SELECT time_bucket(INTERVAL '-1 day', at) FROM t
SELECT business_end(at, 1, 'x') FROM t
SELECT from_local_time('2026-01-01', 'UTC', 'zz')
SELECT from_local_time(day, 5) FROM t
SELECT to_local_time(at, 'x') FROM t
SELECT nps(score, 1, 2, 3, 4, 5) FROM t
SELECT nps('x') FROM t
SELECT nps() FROM t
SELECT csat(score, team) FROM t
SELECT csat(score, 9) FROM t
SELECT ces(score, 'x') FROM t
SELECT fcr(id) FROM t
SELECT fcr(id, at, 7) FROM t
SELECT mttr(at) FROM t
SELECT mttr(at, at, 5) FROM t
SELECT frt(day, day, 'day', 'nope') FROM t
SELECT churn_rate(team) FROM t
SELECT backlog(at) FROM t
SELECT nps_detail(team) FROM t
SELECT percentile_cont(0.5) FROM t
SELECT percentile_cont('x') WITHIN GROUP (ORDER BY id) FROM t
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY team) FROM t
SELECT median(list) FROM p
SELECT quantile(id, 2) FROM t
SELECT approx_percentile_cont(team, 0.5) FROM t
SELECT regr_slope(team, id) FROM t
SELECT var_pop(at) FROM t
SELECT bit_xor(team) FROM t
SELECT string_agg(team) FROM t
SELECT array_agg(DISTINCT id ORDER BY team) FROM t
SELECT count(*) FILTER (WHERE id) FROM t
SELECT sum(id) FILTER (WHERE team) FROM t
SELECT sum(id) OVER (PARTITION BY nope) FROM t
SELECT sum(id) OVER w FROM t
SELECT first_value(id) IGNORE FROM t
SELECT lag() OVER (ORDER BY id) FROM t
SELECT lead(id, 1, 'x') OVER (ORDER BY id) FROM t
SELECT ntile('a') OVER (ORDER BY id) FROM t
SELECT row_number(1) OVER (ORDER BY id) FROM t
SELECT upper(id, team) FROM t
SELECT lower(who) FROM n
SELECT replace(team) FROM t
SELECT substr(team) FROM t
SELECT substr(team, 'a') FROM t
SELECT left(team, team) FROM t
SELECT lpad(team, 'x') FROM t
SELECT split_part(team, ',') FROM t
SELECT concat_ws(1, list) FROM p
SELECT starts_with(team, 1) FROM t
SELECT regexp_replace(team, '*', '') FROM t
SELECT regexp_match(team, '(?<x') FROM t
SELECT regexp_count(team, '[a-') FROM t
SELECT regexp_like(team, 'a', 'q') FROM t
SELECT team SIMILAR TO '(' FROM t
SELECT translate(team, 1) FROM t
SELECT chr(99999999999)
SELECT to_hex('x')
SELECT md5(id) FROM t
SELECT sha256(list) FROM p
SELECT array_length(id) FROM t
SELECT array_append(id, 1) FROM t
SELECT array_concat(list, team) FROM p
SELECT array_position(list, 'x') FROM p
SELECT array_slice(list, 'a', 'b') FROM p
SELECT array_to_string(id, ',') FROM t
SELECT list_sum(team) FROM t
SELECT list_max(rec) FROM p
SELECT list_filter(list, x -> x + 1) FROM p
SELECT list_filter(list, 1) FROM p
SELECT list_transform(list, (x, y) -> x) FROM p
SELECT unnest(team) FROM t
SELECT unnest(list, rec) FROM p
SELECT flatten(list) FROM p
SELECT cardinality(id) FROM t
SELECT map_keys(id) FROM t
SELECT map_extract(rec, 1) FROM p
SELECT element_at(id, 1) FROM t
SELECT get_field(rec, 'zz') FROM p
SELECT rec['a']['b'] FROM p
SELECT struct(id).c9 FROM t
SELECT d.* FROM (SELECT rec AS d FROM p) x
SELECT t.* FROM p
SELECT * EXCLUDE (nope) FROM t
SELECT * REPLACE (1 AS nope) FROM t
SELECT count(nope) FROM t
SELECT id AS x FROM t WHERE x > 1
SELECT id FROM t GROUP BY 5
SELECT id FROM t ORDER BY nope
SELECT id FROM t, p
SELECT t.id FROM t JOIN p USING (nope)
SELECT t.id FROM t JOIN p ON t.id
SELECT t.id FROM t NATURAL JOIN nope
SELECT id FROM t INTERSECT SELECT id, team FROM p
SELECT id FROM t LIMIT id
SELECT id FROM t LIMIT 1.5
SELECT id FROM t WHERE id = ANY (SELECT team, id FROM t)
SELECT id FROM t WHERE id > ALL (SELECT list FROM p)
SELECT id FROM t WHERE team IN (SELECT list FROM p)
SELECT id FROM t WHERE list IN (1)
SELECT id FROM p WHERE list = 1
SELECT id FROM p WHERE rec > 1
SELECT id FROM p WHERE list LIKE 'a%'
SELECT id FROM p WHERE money LIKE 1
SELECT id FROM p WHERE at LIKE 1
SELECT id FROM p WHERE day > 'soon'
SELECT id FROM p WHERE day BETWEEN 'x' AND 'y'
SELECT id FROM p WHERE at IN ('x')
SELECT id FROM p WHERE money > 'x'
SELECT id FROM p WHERE NOT id
SELECT id FROM p WHERE id AND team
SELECT id FROM p WHERE list AND true
SELECT id IS TRUE FROM p
SELECT team IS TRUE FROM p
SELECT list IS TRUE FROM p
SELECT -list FROM p
SELECT -at FROM p
SELECT +team FROM p
SELECT id || at FROM p
SELECT list || rec FROM p
SELECT at * 2 FROM p
SELECT at / 2 FROM p
SELECT at - team FROM p
SELECT day * day FROM p
SELECT day + day FROM p
SELECT INTERVAL '1 day' + 1
SELECT INTERVAL '1 day' * INTERVAL '1 day'
SELECT INTERVAL '1 day' / 0
SELECT INTERVAL '1 fortnight'
SELECT INTERVAL 'x' DAY
SELECT INTERVAL '1-2-3'
SELECT EXTRACT(epoch FROM id) FROM p
SELECT at AT TIME ZONE 'CEST' FROM p
SELECT at AT TIME ZONE '' FROM p
SELECT TIMESTAMP '2026-01-01' AT TIME ZONE 'Mars/Olympus'
SELECT TIMESTAMPTZ '2026-01-01 25:00:00'
SELECT TIME 'noon'
SELECT DATE 'tomorrow'
SELECT id::VARCHAR::DATE FROM t
SELECT amount::VARCHAR::INT FROM p
SELECT at::VARCHAR::DATE::VARCHAR::INT FROM p
SELECT arrow_cast(team, 'Int64') FROM t
SELECT arrow_cast(id, 'Struct()') FROM t
SELECT arrow_cast(list, 'Int64') FROM p
SELECT * FROM generate_series(1)
SELECT * FROM generate_series('a', 'b')
SELECT * FROM generate_series(1, 2, 'x')
SELECT * FROM range(1, 'x')
SELECT * FROM unnest(list)
SELECT * FROM ticket_facts(t)
SELECT * FROM ticket_facts(nope)
SELECT * FROM sla_events(t)
SELECT * FROM backlog_series(nope)
SELECT * FROM nope(1)
SELECT * FROM t TABLESAMPLE (10)
SELECT * FROM t AS OF '2026-01-01'
SELECT TOP 1 * FROM t
SELECT id INTO x FROM t
SELECT * FROM t FOR UPDATE
SELECT * FROM t WINDOW w AS (ORDER BY id)
MERGE INTO t USING p ON t.id = p.id WHEN MATCHED THEN DELETE
TRUNCATE t
ALTER TABLE t ADD COLUMN x INT
GRANT SELECT ON t TO x
CREATE INDEX i ON t (id)
CREATE FUNCTION f() RETURNS INT RETURN 1
CREATE TABLE y (a NOPE)
CREATE TABLE y (a INT, a INT)
CREATE TABLE y (a INT) AS SELECT 'x'
CREATE SCHEMA a.b.c.d
CREATE DATABASE deskql
DROP VIEW t
DROP SCHEMA nope
DROP TABLE a.b.c.d
DEALLOCATE nope
EXECUTE nope
SET deskql.nope = 1
SET deskql.invalid_values = 'nope'
SET deskql.checked_arithmetic = 5
SET datafusion.nope.x = 1
SET datafusion.execution.target_partitions = -1
SHOW nope
SHOW COLUMNS FROM nope
DESCRIBE nope
EXPLAIN SELECT nope FROM t
EXPLAIN ANALYZE SELECT team::INT FROM t
SUMMARIZE nope
SUMMARIZE SELECT nope FROM t
BEGIN
COMMIT
VACUUM
LOAD x
PRAGMA x
USE nope
CALL f()
VALUES (1), ('a', 2)
TABLE nope
