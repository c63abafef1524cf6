import { Assembly, type FromYamlOptions } from "../../../sdk";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { YamlProblem } from "../../../sdk/assembly/yaml/problems";

/** What fromYaml refuses, as "file:line:column: path: reason". */
export function refusals(sources: string | readonly string[], options?: FromYamlOptions): readonly string[] {
    try {
        Assembly.fromYaml(sources, options);
    } catch (error) {
        if (error instanceof LinuxKitError && error.code === "invalid-yaml") {
            return (error.fields["problems"] as readonly YamlProblem[]).map(
                ({ line, column, path, reason }) => `${line}:${column}: ${path}: ${reason}`,
            );
        }
        throw error;
    }
    return [];
}

export function valueOf({ architecture, components, order }: Assembly): object {
    return { architecture, components, order };
}
