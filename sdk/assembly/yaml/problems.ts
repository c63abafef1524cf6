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

/**
 * Collects every problem of the files of one assembly, stage by stage: a later stage judges what an earlier one rejected
 * too, and what it says of that is left out.
 */
export class YamlProblems {
    readonly #found = new Map<string, YamlProblem>();
    readonly #settled = new Set<string>();

    /** What stands behind an anchor is met at every alias, and reported once. */
    reject({ file, line, column, path }: Position, reason: string): undefined {
        if (this.isSettled({ file, path })) {
            return;
        }
        const problem = { file, line, column, path, reason };
        this.#found.set(JSON.stringify(problem), problem);
    }

    /** Nothing more is to be said of a place. */
    settle({ file, path }: Pick<Position, "file" | "path">): void {
        if (path !== "") {
            this.#settled.add(keyOf(file, path));
        }
    }

    /** Ends a stage: nothing more is to be said of what it rejected, and of what that holds. */
    endStage(): void {
        this.#found.forEach((problem) => this.settle(problem));
    }

    isSettled({ file, path }: Pick<Position, "file" | "path">): boolean {
        for (let place = path; this.#settled.size > 0 && place !== ""; place = parentOf(place)) {
            if (this.#settled.has(keyOf(file, place))) {
                return true;
            }
        }
        return false;
    }

    get isEmpty(): boolean {
        return this.#found.size === 0;
    }

    /** File by file, in the order of their lines. */
    get found(): readonly YamlProblem[] {
        const all = [...this.#found.values()];
        const files = [...new Set(all.map(({ file }) => file))];
        return files.flatMap((file) =>
            all.filter((problem) => problem.file === file).toSorted((a, b) => a.line - b.line || a.column - b.column),
        );
    }

    /** @throws LinuxKitError `invalid-yaml` when something is wrong; `fields.problems` is the list of `YamlProblem` */
    check(): void {
        if (!this.isEmpty) {
            const problems = this.found;
            throw new LinuxKitError("invalid-yaml", problemList(problems), { problems });
        }
    }
}

function keyOf(file: string, path: string): string {
    return `${file}\n${path}`;
}

const lastStep = /(\.[A-Za-z_]\w*|^[A-Za-z_]\w*|\[(?:\d+|"(?:[^"\\]|\\.)*")\])$/;

/** `services[2]` for `services[2].env`, and `services` for that; "" in the end. */
export function parentOf(path: string): string {
    const step = lastStep.exec(path);
    return step === null ? "" : path.slice(0, step.index);
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
