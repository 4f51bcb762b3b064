import { describe, expect, test } from "vitest";
import { recommend } from "../../policy/index.ts";
import { decide, made, READ, string } from "./_made.ts";
import { toolOf } from "./_verdict.ts";

describe("SQL", () => {
  const sql = { sql: string };
  const sent = (text: string, required: string[]) => {
    const definition = { name: "t", inputSchema: { properties: sql, required } };
    return decide(recommend(definition, toolOf("t", READ).verdict), { sql: text });
  };
  test.each([
    "REPLACE INTO t VALUES (1)",
    "REPLACE t VALUES (1)",
    "-- x\nCREATE TABLE t (a int)",
    "SELECT * FROM t INTO OUTFILE '/tmp/x'",
    "select a into b from c",
    "COPY t TO PROGRAM 'sh'",
    "EXEC xp_cmdshell 'dir'",
    "SELECT 1 EXEC xp_cmdshell 'dir'",
    "SELECT 1 CREATE TABLE t (a int)",
    "EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1",
    "CALL p()",
    "LOAD DATA INFILE 'x'",
    "/* a */ -- b\n CALL p()",
    "PRAGMA writable_schema = 1",
    "VACUUM",
    "SET GLOBAL general_log = 1",
    "do $$ begin end $$",
  ])("%j is denied, whether or not the argument may be left out", (text) => {
    expect([sent(text, ["sql"]), sent(text, [])]).toEqual(["deny", "deny"]);
  });
  test.each([
    "SELECT replace(name, 'a', 'b') AS x, created_at FROM t WHERE copy = 1",
    "  \n(select 1) union (select 2)",
    "-- which\n# one\n/* a * b ** */ WITH x AS (SELECT 1) SELECT * FROM x -- end",
    "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t) SELECT call, load FROM t;",
    "explain (analyze, buffers) select * from t",
    "Describe t",
    "SHOW CREATE TABLE t",
    "values (1), (2)",
  ])("%j stays allowed", (text) => {
    expect([sent(text, ["sql"]), sent(text, [])]).toEqual(["allow", "allow"]);
  });
  test("begins as reading statements do where it must be sent, SQLite's list of columns too", () => {
    expect(sent("pragma  table_info(t)", ["sql"])).toBe("allow");
    expect(sent("PRAGMA table_xinfo('t')", ["sql"])).toBe("allow");
    expect(sent("shutdown", ["sql"])).toBe("deny");
    expect(sent("selection", ["sql"])).toBe("deny");
  });
  test("does not begin so in languages like it", () => {
    const inputSchema = {
      properties: { query: { ...string, description: "WHERE clause (SQL-like)" } },
      required: ["query"],
    };
    const made = recommend({ name: "t", inputSchema }, toolOf("t", READ).verdict);
    expect(decide(made, { query: "name LIKE 'a%'" })).toBe("allow");
    expect(decide(made, { query: "replace t" })).toBe("deny");
  });
  test("is not a search that only the tool's description sets beside SQL", () => {
    const inputSchema = { properties: { query: string }, required: ["query"] };
    const definition = { name: "t", description: "Search the manual of SQL Server", inputSchema };
    const made = recommend(definition, toolOf("t", READ).verdict);
    expect(decide(made, { query: "indexes on views" })).toBe("allow");
  });
  test.each([
    ["SELECT updated_at FROM t;", "allow"],
    ["show create table t", "allow"],
    ["select 1; \n", "allow"],
    ["delete from t", "deny"],
    ["WITH x AS (DeLeTe FROM t RETURNING *) SELECT * FROM x", "deny"],
    ["/* */ create table t (a int)", "deny"],
    ["select 1; select 2", "deny"],
    ["explain analyze update t set a = 1", "deny"],
  ])("%s: %s for a tool that reads", (text, decision) => {
    expect(decide(made(sql, READ), { sql: text })).toBe(decision);
  });
  test("may write where writing is what the tool is for, but not under strict", () => {
    const tool = { category: "Execute", risk: "medium" } as const;
    expect(decide(made(sql, tool), { sql: "delete from t" })).toBe("allow");
    expect(decide(made(sql, tool, "strict"), { sql: "delete from t" })).toBe("deny");
  });
  test("is not every argument named query", () => {
    expect(decide(made({ query: string }, READ), { query: "how to update" })).toBe("allow");
    expect(decide(made({ query: { ...string, description: "SQL to run" } }, READ), { query: "update" })).toBe(
      "deny",
    );
  });
});
