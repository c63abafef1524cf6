import type { ResolvedDebian } from "../../../sdk/assembly/spec";
import type { BuildEnvironment } from "../environment";
import { SETUPS } from "./data/setups";
import { parseParagraphs } from "./deb822";
import { inRange, parseRelations, type Relation } from "./relation";
import { type Alternative, alternativesOf, doesWork } from "./scripts";
import { storedControl } from "./stored";

/** What a package's control archive says that its unpacked files do not. */
export interface PackageFacts {
    readonly name: string;
    readonly version: string;
    readonly sha256: string;
    readonly replaces: readonly Relation[];
    readonly alternatives: readonly Alternative[];
    /** Whether its maintainer scripts make something that no data here stands for. */
    readonly needsNote: boolean;
}

/** Reads the control archives of all packages of the resolution, by name; the store must hold them. */
export async function readFacts(resolved: ResolvedDebian, env: BuildEnvironment): Promise<PackageFacts[]> {
    const facts: PackageFacts[] = [];
    for (const [name, record] of Object.entries(resolved.packages)) {
        env.signal.throwIfAborted();
        const { version, sha256 } = record;
        const files = await storedControl(name, record, env);
        const [control] = parseParagraphs(files.get("control") ?? "");
        const scripts = [files.get("preinst") ?? "", files.get("postinst") ?? ""];
        facts.push({
            name,
            version,
            sha256,
            replaces: parseRelations((control?.get("replaces") ?? "").replaceAll("\n", " ")).flat(),
            alternatives: scripts.flatMap(alternativesOf),
            needsNote: SETUPS[name] === undefined && scripts.some(doesWork),
        });
    }
    return facts.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether files of `winner` take the place of those of `loser` (Debian Policy 7.6.1). */
export function replaces(winner: PackageFacts, loser: PackageFacts): boolean {
    return winner.replaces.some((relation) => relation.name === loser.name && inRange(relation, loser.version));
}

/** By name, but each package after those that replace files of it: so the first to bring a path is the one to keep. */
export function orderForUnpacking(facts: readonly PackageFacts[]): PackageFacts[] {
    const ordered: PackageFacts[] = [];
    const visiting = new Set<string>();
    const visit = (loser: PackageFacts): void => {
        if (!visiting.has(loser.name)) {
            visiting.add(loser.name);
            facts.filter((winner) => replaces(winner, loser)).forEach(visit);
            ordered.push(loser);
        }
    };
    facts.forEach(visit);
    return ordered;
}
