import type { Input } from "@pulumi/pulumi";
import { isOpaque } from "../inputs";
import { kindOf, suggestion } from "../read/findings";
import { leaf, type Located, type LocatedLeaf, mapLeaves } from "./located";
import { startOf } from "./parse";
import type { YamlProblems } from "./problems";
import { parameterTag } from "./tags";

/** Values for the scalars tagged `!param name`, by name; secrets stay what they are. */
export type YamlParameters = Readonly<Record<string, Input<string> | Input<number> | Input<boolean>>>;

/** How a caller gives the value of a parameter, for the error of one that is missing. */
export type GivenBy = (name: string) => string;

export const givenByProgram: GivenBy = (name) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
    return `{ parameters: { ${key}: ... } }`;
};

/** Puts the program's values where the files have parameters; reports those that are missing, and those that none uses. */
export function fillIn(
    files: readonly Located[],
    parameters: YamlParameters,
    problems: YamlProblems,
    givenBy: GivenBy,
): readonly Located[] {
    const used = new Set<string>();
    const filled = files.map((file) =>
        mapLeaves(file, (found) => {
            if (found.tag !== parameterTag) {
                return found;
            }
            const name = nameIn(found, problems);
            if (name === undefined) {
                return leaf("", found.at);
            }
            used.add(name);
            return leaf(valueOf(name, found, parameters, problems, givenBy), found.at);
        }),
    );
    const wanted = [...used];
    for (const name of Object.keys(parameters).filter((each) => !used.has(each))) {
        const reason = `no !param takes the parameter ${JSON.stringify(name)}${suggestion(name, wanted)}`;
        problems.reject(startOf(files[0]?.at.file ?? ""), reason);
    }
    return filled;
}

function nameIn({ value: name, at }: LocatedLeaf, problems: YamlProblems): string | undefined {
    return typeof name === "string" && name !== ""
        ? name
        : problems.reject(at, "!param takes the name of a parameter: !param password");
}

function valueOf(
    name: string,
    { at }: LocatedLeaf,
    parameters: YamlParameters,
    problems: YamlProblems,
    givenBy: GivenBy,
): unknown {
    const value: unknown = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (value === undefined) {
        const hint = suggestion(name, Object.keys(parameters)) || `; give it: ${givenBy(name)}`;
        problems.reject(at, `the parameter ${JSON.stringify(name)} is missing${hint}`);
    } else if (!isOpaque(value) && !["string", "number", "boolean"].includes(typeof value)) {
        problems.reject(at, `the parameter ${JSON.stringify(name)} must be one value, not ${kindOf(value)}`);
    }
    return value;
}
