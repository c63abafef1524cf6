import { LinuxKitError } from "../../../sdk/assembly/error";
import { satisfiesVersion, type VersionOperator } from "./version";

/** One package of a relation field: `name:qualifier (operator version)` (Debian Policy 7.1). */
export interface Relation {
    readonly name: string;
    /** `any`, `native` or an architecture. */
    readonly qualifier?: string;
    readonly operator?: VersionOperator;
    readonly version?: string;
}

/** Alternatives, in order of preference. */
export type RelationGroup = readonly Relation[];

const PATTERN =
    /^([a-z0-9][a-z0-9+.-]*)(?::([a-z0-9-]+))?(?:\s*\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s)<>=][^\s)]*)\s*\))?(?:\s*\[[^\]]*\])?$/i;

/** Debian Policy 7.1: `<` and `>` are obsolete and mean `<=` and `>=`. */
function operatorOf(text: string): VersionOperator {
    return (text === "<" || text === ">" ? `${text}=` : text) as VersionOperator;
}

function parseRelation(text: string): Relation {
    const match = PATTERN.exec(text.trim());
    if (!match?.[1]) {
        throw new LinuxKitError(
            "DebianRelation",
            `The archive's index holds a relation that is none: "${text.trim()}".`,
            {
                relation: text.trim(),
            },
        );
    }
    return {
        name: match[1],
        ...(match[2] === undefined ? {} : { qualifier: match[2] }),
        ...(match[3] === undefined || match[4] === undefined
            ? {}
            : { operator: operatorOf(match[3]), version: match[4] }),
    };
}

/** Parses a Depends, Pre-Depends, Conflicts, Breaks, Replaces or Provides field. */
export function parseRelations(field: string): RelationGroup[] {
    return field
        .split(",")
        .filter((group) => group.trim() !== "")
        .map((group) => group.split("|").map(parseRelation));
}

/** Whether `version` is in the relation's range; no range holds every version. */
export function inRange(relation: Relation, version: string): boolean {
    return (
        relation.operator === undefined ||
        relation.version === undefined ||
        satisfiesVersion(version, relation.operator, relation.version)
    );
}

export function formatRelation(relation: Relation): string {
    const name = relation.qualifier === undefined ? relation.name : `${relation.name}:${relation.qualifier}`;
    return relation.operator === undefined ? name : `${name} (${relation.operator} ${relation.version})`;
}

export function formatGroup(group: RelationGroup): string {
    return group.map(formatRelation).join(" | ");
}
