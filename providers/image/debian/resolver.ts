import { formatGroup, formatRelation, type Relation, type RelationGroup } from "./relation";
import { type Candidate, providesOf, relationsOf, satisfies, type Universe } from "./universe";

export interface Problem {
    /** How the package that fails was asked for, from the declaration on. */
    readonly path: readonly string[];
    readonly reason: string;
}

export type Resolution = { readonly packages: ReadonlyMap<string, Candidate> } | { readonly problem: Problem };

interface Rules {
    readonly universe: Universe;
    readonly architecture: string;
    /** Whether something that is not in the image counts as meeting `relation` of `record`. */
    readonly isAssumed: (relation: Relation, record: Candidate) => boolean;
}

interface Demand {
    readonly group: RelationGroup;
    readonly by: Candidate;
}

interface State {
    readonly chosen: ReadonlyMap<string, Candidate>;
    readonly parents: ReadonlyMap<string, string | undefined>;
    readonly demands: readonly Demand[];
    /** What chosen packages conflict with or break, by the name they call it. */
    readonly forbidden: ReadonlyMap<string, readonly Ban[]>;
}

interface Ban {
    readonly by: Candidate;
    readonly verb: string;
    readonly relation: Relation;
}

/** How many alternatives are tried before the first problem stands: archives need none, hostile ones would need for ever. */
const MAX_TRIALS = 2000;

/**
 * Chooses a candidate for each name of `roots` and everything they depend on, as apt with no recommended packages does:
 * a dependency with one way to be met is met first, then alternatives in the order they are written, real packages
 * before those that provide them; a way that ends in a conflict or a missing package is left for the next one.
 */
export function resolvePackages(roots: readonly Candidate[], rules: Rules): Resolution {
    let state: State = { chosen: new Map(), parents: new Map(), demands: [], forbidden: new Map() };
    for (const root of roots) {
        const next = choose(state, root, undefined, rules);
        if ("problem" in next) {
            return next;
        }
        state = next;
    }
    return search(state, rules, { trials: 0 });
}

function search(start: State, rules: Rules, budget: { trials: number }): Resolution {
    let state = start;
    for (;;) {
        const settled = settle(state, rules);
        if ("problem" in settled) {
            return settled;
        }
        state = settled.state;
        if (settled.open === undefined) {
            return { packages: state.chosen };
        }
        const { demand, options } = settled.open;
        return branch(state, demand, options, rules, budget);
    }
}

/** Tries the options of one demand in order; the first problem is the one to tell of. */
function branch(
    state: State,
    demand: Demand,
    options: readonly Candidate[],
    rules: Rules,
    budget: { trials: number },
): Resolution {
    let first: Resolution | undefined;
    for (const option of options) {
        budget.trials += 1;
        const next = choose(state, option, demand.by.name, rules);
        const result = "problem" in next ? next : search(next, rules, budget);
        if ("packages" in result || budget.trials > MAX_TRIALS) {
            return result;
        }
        first ??= result;
    }
    return first ?? unmet(state, demand, rules);
}

interface Open {
    readonly demand: Demand;
    readonly options: readonly Candidate[];
}

interface Settled {
    readonly state: State;
    /** The first demand that can be met in several ways. */
    readonly open: Open | undefined;
}

/** Meets every demand that can be met in one way only, and those that come of it. */
function settle(start: State, rules: Rules): Settled | { readonly problem: Problem } {
    let before = start;
    for (;;) {
        const after = settleOnce(before, rules);
        if ("problem" in after || after.state.chosen.size === before.chosen.size) {
            return after;
        }
        before = after.state;
    }
}

function settleOnce(before: State, rules: Rules): Settled | { readonly problem: Problem } {
    let state: State = { ...before, demands: [] };
    let open: Open | undefined;
    const left: Demand[] = [];
    for (const demand of before.demands) {
        if (isMet(state, demand, rules)) {
            continue;
        }
        const options = optionsOf(state, demand, rules);
        if (options.length > 1) {
            open ??= { demand, options };
            left.push(demand);
            continue;
        }
        const next =
            options[0] === undefined ? unmet(state, demand, rules) : choose(state, options[0], demand.by.name, rules);
        if ("problem" in next) {
            return next;
        }
        state = next;
    }
    return { state: { ...state, demands: [...left, ...state.demands] }, open };
}

function isMet(state: State, demand: Demand, rules: Rules): boolean {
    return demand.group.some(
        (relation) =>
            rules.isAssumed(relation, demand.by) ||
            holders(state, relation, rules).some((record) => satisfies(record, relation, rules.architecture)),
    );
}

/** Chosen packages that have the relation's name, as their own or in Provides. */
function holders(state: State, relation: Relation, rules: Rules): Candidate[] {
    const own = state.chosen.get(relation.name);
    const providers = rules.universe.providers(relation.name).filter((record) => state.chosen.has(record.name));
    return own === undefined ? providers : [own, ...providers];
}

/** What could meet the demand and does not conflict with what is chosen, in order of preference. */
function optionsOf(state: State, demand: Demand, rules: Rules): Candidate[] {
    const fitting = matchesOf(demand.group, rules);
    return fitting.filter((record) => conflictOf(state, record, rules) === undefined);
}

function matchesOf(group: RelationGroup, rules: Rules): Candidate[] {
    const { universe, architecture } = rules;
    const matches = group.flatMap((relation) =>
        [universe.candidate(relation.name), ...universe.providers(relation.name)].filter(
            (record) => record !== undefined && satisfies(record, relation, architecture),
        ),
    );
    return [...new Set(matches as Candidate[])];
}

function choose(
    state: State,
    record: Candidate,
    parent: string | undefined,
    rules: Rules,
): State | { readonly problem: Problem } {
    if (state.chosen.has(record.name)) {
        return state;
    }
    const conflict = conflictOf(state, record, rules);
    const parents = new Map(state.parents).set(record.name, parent);
    if (conflict !== undefined) {
        return { problem: { path: pathTo(parents, record.name), reason: conflict } };
    }
    const groups = [...relationsOf(record, "preDepends"), ...relationsOf(record, "depends")];
    return {
        chosen: new Map(state.chosen).set(record.name, record),
        parents,
        demands: [...state.demands, ...groups.map((group) => ({ group, by: record }))],
        forbidden: withBans(state.forbidden, bansOf(record)),
    };
}

function bansOf(record: Candidate): Ban[] {
    return (["conflicts", "breaks"] as const).flatMap((field) =>
        relationsOf(record, field)
            .flat()
            .map((relation) => ({ by: record, verb: field === "conflicts" ? "conflicts with" : "breaks", relation })),
    );
}

function withBans(forbidden: State["forbidden"], bans: readonly Ban[]): State["forbidden"] {
    const next = new Map(forbidden);
    for (const ban of bans) {
        next.set(ban.relation.name, [...(next.get(ban.relation.name) ?? []), ban]);
    }
    return next;
}

/** Why the package cannot stand beside what is chosen, in either direction; a package never bans itself. */
function conflictOf(state: State, record: Candidate, rules: Rules): string | undefined {
    const names = new Set([record.name, ...providesOf(record).map((relation) => relation.name)]);
    const against = [...names]
        .flatMap((name) => state.forbidden.get(name) ?? [])
        .map((ban) => ({ ban, other: record }));
    const own = bansOf(record).flatMap((ban) => holders(state, ban.relation, rules).map((other) => ({ ban, other })));
    const found = [...against, ...own].find(
        ({ ban, other }) => ban.by.name !== other.name && satisfies(other, ban.relation, rules.architecture),
    );
    return found === undefined ? undefined : describe(found.ban, found.other);
}

function describe(ban: Ban, other: Candidate): string {
    const relation = formatRelation(ban.relation);
    return `${ban.by.name} ${ban.by.version} ${ban.verb} ${relation}, which is ${other.name} ${other.version}`;
}

function unmet(state: State, demand: Demand, rules: Rules): { readonly problem: Problem } {
    const path = pathTo(state.parents, demand.by.name);
    const [blocked] = matchesOf(demand.group, rules);
    const conflict = blocked === undefined ? undefined : conflictOf(state, blocked, rules);
    const known = demand.group.flatMap((relation) => {
        const record = rules.universe.candidate(relation.name);
        return record === undefined ? [] : [`${record.name} ${record.version}`];
    });
    const found = known.length === 0 ? "there is none" : `there is only ${known.join(", ")}`;
    const reason = `${demand.by.name} depends on ${formatGroup(demand.group)}, but ${conflict ?? found}`;
    return { problem: { path, reason } };
}

function pathTo(parents: ReadonlyMap<string, string | undefined>, name: string): string[] {
    const path: string[] = [];
    for (let at: string | undefined = name; at !== undefined && !path.includes(at); at = parents.get(at)) {
        path.unshift(at);
    }
    return path;
}
