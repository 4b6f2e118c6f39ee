/** The plan's files: text by path from the repository's top, as `.specfuse/features/<folder>/PLAN.md`. */
export type Files = Record<string, string>;

/** What the repository knows beyond the plan's files; rules that need it are silent without. */
export interface Facts {
  /** Those of the units' `produces` paths that are folders, as written. */
  directories?: string[];
  /** The names of files and folders at the repository's top. */
  topLevel?: string[];
  /** The repository's default branch. */
  defaultBranch?: string;
}

/** A place in a file. */
export interface Place {
  file: string;
  /** Offsets into the file's string: UTF-16 units, from 0. */
  start: number;
  end: number;
  /** As the command line says it, both from 1. */
  line: number;
  column: number;
}

/** What would mend a finding. */
export interface Fix {
  /** As an order: "write `active`". */
  title: string;
  /** Whether it can be applied unasked: it cannot change what was meant. */
  safe: boolean;
  /** The files that it changes, whole: their new texts, and null for one that goes. */
  files: Record<string, string | null>;
}

/** One thing that is wrong with a plan. */
export interface Finding {
  /** The folder of the feature. */
  feature: string;
  /** The rule, as `graph/cycle`. */
  rule: string;
  severity: "error" | "warning" | "info";
  message: string;
  place: Place;
  /** Other places that explain the first. */
  related: { text: string; place: Place }[];
  help?: string;
  fix?: Fix;
}

/** The graph of one feature; units by their ids. */
export interface Plan {
  /** The folder of the feature. */
  feature: string;
  /** Every unit after those it waits for; without units in a circle. */
  order: string[];
  /** The same in waves: those of one wave wait for none of each other. */
  waves: string[][];
  /** The chain of units that costs most. */
  criticalPath: string[];
  /** Units that wait for each other. */
  cycles: string[][];
}

/** All findings of all features, sorted by feature, file and place. */
export function lint(files: Files, facts?: Facts): Finding[];

/** Order, waves and circles of every feature. */
export function plan(files: Files): Plan[];
