import type { AssemblyArgs } from "../assembly-args";
import { LinuxKitError } from "../error";
import type { Problem } from "../read/findings";
import { argumentsOf } from "./arguments";
import { localEnvironment, type YamlEnvironment } from "./environment";
import { type Located, plain, positionsOf } from "./located";
import { mergeFiles } from "./merge";
import { resolvePackages } from "./packages";
import { fillIn, type GivenBy, givenByProgram, type YamlParameters } from "./parameters";
import { parseYaml, type YamlSource } from "./parse";
import { parentOf, type Position, YamlProblems } from "./problems";
import { yamlSchema } from "./schema";
import { checkShape } from "./shapes";
import { textsOf } from "./texts";

/** What `Assembly.fromYaml` reads files with. */
export interface FromYamlOptions {
    /**
     * Values for the scalars tagged `!param name`, by name. Each must be used; secrets stay secrets.
     * @default none
     */
    readonly parameters?: YamlParameters;
    /**
     * Folder that relative paths of YAML files start from.
     * @default the process's working directory, which is the program's folder
     */
    readonly workingDirectory?: string;
}

interface ReadOptions extends FromYamlOptions {
    readonly givenBy?: GivenBy;
}

/** What was read: arguments, the place of each, and what is wrong with them so far. */
export interface ReadYaml {
    readonly args: AssemblyArgs;
    readonly positions: ReadonlyMap<string, Position>;
    readonly problems: YamlProblems;
}

/**
 * Reads LinuxKit's YAML: each text parsed and held against the schema, parameters and packages filled in, all merged, and
 * put into a program's words. What is wrong with it is reported by `judged`, together with what the assembly finds.
 * @throws LinuxKitError `invalid-yaml` for what is no YAML; `yaml-unreadable` for a file
 */
export function readYaml(
    sources: string | readonly YamlSource[],
    { parameters = {}, workingDirectory, givenBy = givenByProgram }: ReadOptions = {},
    environment: YamlEnvironment = localEnvironment,
): ReadYaml {
    const folder = workingDirectory ?? environment.workingDirectory();
    const problems = new YamlProblems();
    const parsed = parseFiles(sources, folder, environment, problems);
    const files = parsed.filter((file) => file !== undefined);
    problems.endStage();
    files.forEach(({ root }) => checkShape(root, yamlSchema, problems));
    if (files.length < parsed.length) {
        problems.check();
    }
    problems.endStage();
    const resolved = files.map((file) => resolvePackages(file.root, file.folder, problems, environment));
    const filled = fillIn(resolved, parameters, problems, givenBy);
    const merged = argumentsOf(mergeFiles(filled, problems), problems);
    problems.endStage();
    return { args: plain(merged) as AssemblyArgs, positions: positionsOf(merged), problems };
}

/** A file that was read; paths in it are relative to its folder. */
export interface ParsedFile {
    /** Absent of what came over the network. */
    readonly folder?: string;
    readonly root: Located;
}

/**
 * What is no YAML is undefined.
 * @throws LinuxKitError `yaml-unreadable` for what is no file
 */
export function parseFiles(
    sources: string | readonly YamlSource[],
    workingDirectory: string,
    environment: YamlEnvironment,
    problems: YamlProblems,
): readonly (ParsedFile | undefined)[] {
    return textsOf(sources, workingDirectory, environment).map((text) => {
        const root = parseYaml(text, problems);
        return root && { ...(text.folder === undefined ? {} : { folder: text.folder }), root };
    });
}

/**
 * Runs what judges the arguments, and says of its problems where in the files they stand.
 * @throws LinuxKitError `invalid-yaml` with every problem of the files, each with file, line and column
 */
export function judged<T>({ positions, problems }: ReadYaml, judge: () => T): T {
    try {
        const made = judge();
        problems.check();
        return made;
    } catch (error) {
        if (!(error instanceof LinuxKitError) || error.code !== "invalid-assembly") {
            throw error;
        }
        // An assembly is empty, too, when what it declares has no place.
        const isComplete = problems.isEmpty;
        for (const { path, reason } of error.fields["problems"] as readonly Problem[]) {
            if (isComplete || path !== "assembly") {
                problems.reject(positionOf(path, positions), reason);
            }
        }
        problems.check();
        throw error;
    }
}

/** Where the value of a path stands, or, if it is not there, what it should be in. */
function positionOf(path: string, positions: ReadonlyMap<string, Position>): Position {
    let known = path;
    while (known !== "" && !positions.has(known)) {
        known = parentOf(known);
    }
    const at = positions.get(known) ?? { file: "", line: 1, column: 1, path: "" };
    const missing = path.slice(known.length);
    return { ...at, path: at.path === "" ? missing.replace(/^\./, "") : `${at.path}${missing}` };
}
