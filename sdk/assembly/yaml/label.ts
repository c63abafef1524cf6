import { LinuxKitError } from "../error";
import { type LabelSpec, normalizeLabel } from "../normalize/label";
import type { Context } from "../normalize/leaves";
import { container } from "./arguments";
import { plain } from "./located";
import { parseYaml } from "./parse";
import { YamlProblems } from "./problems";
import { labelSchema } from "./schema";
import { checkShape } from "./shapes";

/** The label by which an image says how LinuxKit should run it. */
export const labelName = "org.mobyproject.config";

/**
 * Reads an image's label: JSON, or YAML as upstream takes it too, of the keys of a container less its name and image.
 * @param image for messages: its reference
 * @throws LinuxKitError `invalid-label` with every problem, naming the image and each key; `fields.problems` is the list
 */
export function readLabel(text: string, image: string, context: Context): LabelSpec {
    const problems = new YamlProblems();
    const root = parseYaml({ name: labelName, text, folder: "" }, problems);
    if (root === undefined) {
        throw invalid(image, problems.found);
    }
    problems.endStage();
    checkShape(root, labelSchema, problems);
    problems.endStage();
    const { label, problems: found } = normalizeLabel(plain(container(root)), context);
    found.forEach(({ path, reason }) => problems.reject({ ...root.at, path }, reason));
    if (label === undefined || !problems.isEmpty) {
        throw invalid(image, problems.found);
    }
    return label;
}

function invalid(
    image: string,
    problems: readonly { readonly path: string; readonly reason: string }[],
): LinuxKitError {
    const lines = problems.map(({ path, reason }) => `  ${path === "" ? "" : `${path}: `}${reason}`);
    const text = `the label ${labelName} of ${image} cannot be used: correct the image, or use another one`;
    return new LinuxKitError("invalid-label", [`${text}:`, ...lines].join("\n"), { image, label: labelName, problems });
}
