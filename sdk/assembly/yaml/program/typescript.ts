import { Assembly } from "../../assembly";
import { isObject } from "../../read/reader";
import { localEnvironment, type YamlEnvironment } from "../environment";
import type { YamlSource } from "../parse";
import { YamlProblems } from "../problems";
import { judged, parseFiles, readYaml } from "../read";
import { yamlSchema } from "../schema";
import type { LeafType } from "../shapes";
import { codeOf, Name } from "./code";
import { Placeholder, placeholdersOf } from "./placeholders";
import { sourceCode } from "./sources";

/**
 * The text of a TypeScript program that declares what LinuxKit's YAML does, and builds it. Parameters become values of the
 * stack's configuration, secret ones, since nothing in a YAML says which are.
 * @param sources merged as `Assembly.fromYaml` merges them
 * @param name of the image
 * @throws LinuxKitError as `Assembly.fromYaml` does
 */
export function typescriptOf(
    sources: readonly YamlSource[],
    name: string,
    environment: YamlEnvironment = localEnvironment,
): string {
    const parsed = parseFiles(sources, environment.workingDirectory(), environment, new YamlProblems());
    const placeholders = parsed.flatMap((file) => (file ? placeholdersOf(file.root, yamlSchema) : []));
    const parameters = Object.fromEntries(placeholders.map((each) => [each.parameter, each])) as Readonly<
        Record<string, never>
    >;
    const read = readYaml(sources, { parameters }, environment);
    const assembly = judged(read, () => new Assembly(read.args));
    const hasConfig = placeholders.length > 0;
    return [
        ...(hasConfig ? ['import * as pulumi from "@pulumi/pulumi";'] : []),
        'import * as linuxkit from "pulumi-linuxkit";',
        "",
        ...(hasConfig ? ["const config = new pulumi.Config();", ""] : []),
        `export const assembly = new linuxkit.Assembly(${codeOf(expressionOf(declared(assembly)))});`,
        "",
        `const image = new linuxkit.Image(${JSON.stringify(name)}, { assembly });`,
        "export const digest = image.digest;",
        "",
    ].join("\n");
}

/** What differs from the defaults; `init` is always said. */
function declared(assembly: Assembly): object {
    const { architecture, kernel, init, onboot, onshutdown, services, files, volumes } = assembly;
    const lists = Object.entries({ onboot, onshutdown, services, files, volumes });
    return {
        ...(architecture === "amd64" ? {} : { architecture }),
        kernel,
        init,
        ...Object.fromEntries(lists.filter(([, items]) => items.length > 0)),
    };
}

const getters: Readonly<Record<LeafType, string>> = {
    string: "requireSecret",
    integer: "requireSecretNumber",
    boolean: "requireSecretBoolean",
};

/** Sources as the calls that make them, parameters as what the configuration holds. */
function expressionOf(value: unknown): unknown {
    if (value instanceof Placeholder) {
        return new Name(`config.${getters[value.type]}(${JSON.stringify(value.parameter)})`);
    }
    if (Array.isArray(value)) {
        return value.map(expressionOf);
    }
    if (!isObject(value)) {
        return value;
    }
    const entries = Object.entries(value).map(([key, each]) => [key, expressionOf(each)] as const);
    return Object.fromEntries(entries.map(([key, each]) => [key, key === "image" ? sourceCode(each) : each]));
}
