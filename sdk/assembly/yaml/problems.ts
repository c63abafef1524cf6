import { LinuxKitError } from "../error";

/** Where something stands in a YAML text. */
export interface Position {
    /** Path as it was given, or `<text>` for YAML that was given itself. */
    readonly file: string;
    /** Both from 1. */
    readonly line: number;
    readonly column: number;
    /** Place among the file's own keys: `services[2].capabilities[0]`. */
    readonly path: string;
}

/** What is wrong with a YAML text, where. */
export interface YamlProblem extends Position {
    readonly reason: string;
}

/** Collects every problem of the files of one assembly. */
export class YamlProblems {
    readonly #found = new Map<string, YamlProblem>();

    /** What stands behind an anchor is met at every alias, and reported once. */
    reject({ file, line, column, path }: Position, reason: string): undefined {
        const problem = { file, line, column, path, reason };
        this.#found.set(JSON.stringify(problem), problem);
    }

    get isEmpty(): boolean {
        return this.#found.size === 0;
    }

    get found(): readonly YamlProblem[] {
        return [...this.#found.values()];
    }

    /** @throws LinuxKitError `invalid-yaml` when something is wrong; `fields.problems` is the list of `YamlProblem` */
    check(): void {
        if (!this.isEmpty) {
            const problems = this.found;
            throw new LinuxKitError("invalid-yaml", problemList(problems), { problems });
        }
    }
}

const mostListed = 50;

function problemList(problems: readonly YamlProblem[]): string {
    const lines = problems.slice(0, mostListed).map(({ file, line, column, path, reason }) => {
        const place = path === "" ? "" : `${path}: `;
        return `  ${file}:${line}:${column}: ${place}${reason}`;
    });
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    const more = problems.length > mostListed ? [`  and ${problems.length - mostListed} more`] : [];
    return [`the YAML has ${count}:`, ...lines, ...more].join("\n");
}
