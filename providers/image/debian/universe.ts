import { type PackageRecord } from "./index-text";
import type { PackageTable } from "./package-table";
import { inRange, parseRelations, type Relation, type RelationGroup } from "./relation";
import { compareVersions } from "./version";

/** A package as resolution sees it, its relations parsed when asked for. */
export interface Candidate extends PackageRecord {
    /** Id of the repository it comes from. */
    readonly repository: string;
}

/** Every package that may be chosen: for each name the highest version of all repositories, as apt's candidate. */
export interface Universe {
    candidate(name: string): Candidate | undefined;
    /** Candidates that have `name` in Provides, the most important first, then by name. */
    providers(name: string): readonly Candidate[];
    names(): Set<string>;
}

const PRIORITIES = ["required", "important", "standard", "optional", "extra"];

/** Equal versions are taken from the first of `tables`. */
export function createUniverse(
    tables: readonly { readonly repository: string; readonly table: PackageTable }[],
): Universe {
    const candidates = new Map<string, Candidate | undefined>();
    const candidate = (name: string): Candidate | undefined => {
        if (!candidates.has(name)) {
            candidates.set(name, highest(tables, name));
        }
        return candidates.get(name);
    };
    return {
        candidate,
        providers: (name) => {
            const names = new Set(tables.flatMap(({ table }) => table.providers(name)));
            const found = [...names].map(candidate).filter((record) => record !== undefined);
            return found.filter((record) => providesOf(record).some((relation) => relation.name === name)).sort(byRank);
        },
        names: () => new Set(tables.flatMap(({ table }) => [...table.names()])),
    };
}

function highest(
    tables: readonly { readonly repository: string; readonly table: PackageTable }[],
    name: string,
): Candidate | undefined {
    const all = tables.flatMap(({ repository, table }) =>
        table.packages(name).map((record) => ({ ...record, repository })),
    );
    return all.reduce<Candidate | undefined>(
        (best, record) => (best === undefined || compareVersions(record.version, best.version) > 0 ? record : best),
        undefined,
    );
}

function byRank(a: Candidate, b: Candidate): number {
    const rank = (record: Candidate): number => (PRIORITIES.indexOf(record.priority) + 6) % 6;
    return rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
}

const parsed = new WeakMap<Candidate, Map<string, readonly RelationGroup[]>>();

/** Groups of relations of a field, parsed once. */
export function relationsOf(
    record: Candidate,
    field: "preDepends" | "depends" | "provides" | "conflicts" | "breaks",
): readonly RelationGroup[] {
    const fields = parsed.get(record) ?? new Map<string, readonly RelationGroup[]>();
    parsed.set(record, fields);
    const groups = fields.get(field) ?? parseRelations(record[field]);
    fields.set(field, groups);
    return groups;
}

export function providesOf(record: Candidate): readonly Relation[] {
    return relationsOf(record, "provides").flat();
}

/**
 * Whether the package is what the relation asks for, by its own name or by Provides. A Provides without a version meets
 * no relation with one (Debian Policy 7.5). All is of one architecture here, so `:any` asks only that the package allows
 * it, and another architecture's name is never met (Debian's multiarch specification).
 */
export function satisfies(record: Candidate, relation: Relation, architecture: string): boolean {
    if (!isQualified(record, relation, architecture)) {
        return false;
    }
    if (record.name === relation.name) {
        return inRange(relation, record.version);
    }
    return providesOf(record).some(
        (provided) =>
            provided.name === relation.name &&
            (relation.operator === undefined ||
                (provided.operator === "=" && provided.version !== undefined && inRange(relation, provided.version))),
    );
}

function isQualified(record: Candidate, relation: Relation, architecture: string): boolean {
    switch (relation.qualifier) {
        case undefined:
        case "native":
            return true;
        case "any":
            return record.multiArch === "allowed" || record.name !== relation.name;
        default:
            return relation.qualifier === architecture || relation.qualifier === "all";
    }
}
