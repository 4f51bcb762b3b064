import { noCounts } from "./record.ts";
import { CATEGORIES, type Category, RISKS, type Risk, type Verdict } from "./types.ts";

/** A label somebody gave by reading a definition, and the verdict on the same definition. */
export interface Judged {
  server: string;
  name: string;
  label: { category: Category; risk: Risk; alternatives: Category[] };
  verdict: Pick<Verdict, "category" | "risk" | "confidence" | "because">;
}

/** A share with its 95 % confidence interval (Wilson's score interval). */
export interface Share {
  value: number;
  low: number;
  high: number;
  /** Of how many. */
  of: number;
}

export interface ClassScore {
  category: Category;
  precision: number;
  recall: number;
  f1: number;
  /** Labels of this category. */
  labels: number;
}

export interface Evaluation {
  tools: number;
  servers: number;
  /** Category exactly as labelled. */
  strict: Share;
  /** Category as labelled, or one of the alternatives careful reading could defend. */
  lenient: Share;
  /** Mean over servers of each server's strict accuracy: a few servers supply most tools. */
  strictByServer: number;
  macroF1: { value: number; low: number; high: number };
  classes: ClassScore[];
  /** Label → verdict → how many. */
  confusion: Record<string, Record<string, number>>;
  risk: { exact: Share; withinOne: Share; twoTooLow: Share };
  /** Execute, Destructive and Financial tools called Read. */
  dangerAsRead: Share;
  unknown: Share;
  /** Of the verdicts with a confidence in [from, to), how many were right. */
  calibration: { from: number; to: number; tools: number; right: number; rightOrAlternative: number }[];
  errors: Judged[];
}

const LABELLED = CATEGORIES.filter((category) => category !== "Unknown");
const DANGEROUS: Category[] = ["Execute", "Destructive", "Financial"];
const RESAMPLES = 300;

/** Compares verdicts with labels. Pure and deterministic: the bootstrap's random numbers are seeded. */
export function evaluate(judged: Judged[]): Evaluation {
  const right = (item: Judged) => item.verdict.category === item.label.category;
  const defensible = (item: Judged) => right(item) || item.label.alternatives.includes(item.verdict.category);
  const level = (risk: Risk) => RISKS.indexOf(risk);
  const tooLow = (item: Judged) => level(item.label.risk) - level(item.verdict.risk);
  const dangerous = judged.filter((item) => DANGEROUS.includes(item.label.category));
  const byServer = groupByServer(judged);
  return {
    tools: judged.length,
    servers: byServer.length,
    strict: share(judged, right),
    lenient: share(judged, defensible),
    strictByServer: mean(byServer.map((items) => items.filter(right).length / items.length)),
    macroF1: macroWithInterval(judged, byServer),
    classes: classScores(judged),
    confusion: confusionOf(judged),
    risk: {
      exact: share(judged, (item) => item.verdict.risk === item.label.risk),
      withinOne: share(judged, (item) => Math.abs(tooLow(item)) <= 1),
      twoTooLow: share(judged, (item) => tooLow(item) >= 2),
    },
    dangerAsRead: share(dangerous, (item) => item.verdict.category === "Read"),
    unknown: share(judged, (item) => item.verdict.category === "Unknown"),
    calibration: calibrationOf(judged, right, defensible),
    errors: judged.filter((item) => !right(item)),
  };
}

/** Wilson's interval (E. B. Wilson, 1927) for a share of yes among n, at 95 %. */
function share<T>(items: T[], holds: (item: T) => boolean): Share {
  const of = items.length;
  if (of === 0) return { value: 0, low: 0, high: 1, of };
  const value = items.filter(holds).length / of;
  const z = 1.96;
  const centre = value + (z * z) / (2 * of);
  const spread = z * Math.sqrt((value * (1 - value)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return { value, low: (centre - spread) / scale, high: (centre + spread) / scale, of };
}

function classScores(judged: Judged[]): ClassScore[] {
  return LABELLED.map((category) => {
    const labels = judged.filter((item) => item.label.category === category).length;
    const said = judged.filter((item) => item.verdict.category === category);
    const hits = said.filter((item) => item.label.category === category).length;
    return {
      category,
      precision: said.length === 0 ? 0 : hits / said.length,
      recall: labels === 0 ? 0 : hits / labels,
      f1: labels + said.length === 0 ? 0 : (2 * hits) / (labels + said.length),
      labels,
    };
  });
}

/** Mean F1 of the categories that occur among the labels. */
function macroF1(judged: Judged[]): number {
  return mean(
    classScores(judged)
      .filter((score) => score.labels > 0)
      .map((score) => score.f1),
  );
}

/** The interval is a bootstrap over servers, since the tools of one server resemble each other. */
function macroWithInterval(judged: Judged[], byServer: Judged[][]): Evaluation["macroF1"] {
  const random = seeded(1);
  const values: number[] = [];
  for (let round = 0; round < RESAMPLES && byServer.length > 0; round++) {
    const sample = byServer.flatMap(() => byServer[Math.floor(random() * byServer.length)] ?? []);
    values.push(macroF1(sample));
  }
  values.sort((a, b) => a - b);
  const at = (part: number) => values[Math.floor(part * (values.length - 1))] ?? 0;
  return { value: macroF1(judged), low: at(0.025), high: at(0.975) };
}

function confusionOf(judged: Judged[]): Evaluation["confusion"] {
  const table: Evaluation["confusion"] = {};
  for (const label of LABELLED) table[label] = noCounts(CATEGORIES);
  for (const { label, verdict } of judged) {
    const row = table[label.category];
    if (row) row[verdict.category] = (row[verdict.category] ?? 0) + 1;
  }
  return table;
}

function calibrationOf(
  judged: Judged[],
  right: (item: Judged) => boolean,
  defensible: (item: Judged) => boolean,
): Evaluation["calibration"] {
  return Array.from({ length: 10 }, (_, bin) => {
    const [from, to] = [bin / 10, (bin + 1) / 10];
    const items = judged.filter(
      ({ verdict }) =>
        verdict.confidence >= from && (verdict.confidence < to || (bin === 9 && verdict.confidence === 1)),
    );
    return {
      from,
      to,
      tools: items.length,
      right: items.filter(right).length,
      rightOrAlternative: items.filter(defensible).length,
    };
  });
}

function groupByServer(judged: Judged[]): Judged[][] {
  const groups = new Map<string, Judged[]>();
  for (const item of judged) {
    const group = groups.get(item.server);
    if (group) group.push(item);
    else groups.set(item.server, [item]);
  }
  return [...groups.values()];
}

const mean = (values: number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mulberry32 (T. Ettinger, 2017): small, seeded, good enough to draw samples. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * The share a family belongs to, the same for everybody: what is tuned or trained looks only at the families to tune on,
 * and is measured on those held back, a sixth of the families. (Up to rules 2026.11.4 it was a third, which this sixth is a
 * part of.) The hash is the sum hash of Kernighan and Ritchie with 31, modulo 2³².
 */
export function shareOf(family: string): "tune" | "held" {
  let hash = 0;
  for (const character of family) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  return hash % 6 === 0 ? "held" : "tune";
}
