import { ToolError } from "../../process/report.ts";
import { type Group, GROUPS } from "./figures.ts";

/** Takes longer, and more of a disk, than all others together: it has no bar, and is measured when it is asked for. */
const ON_DEMAND: readonly Group[] = ["growth"];

/** `size,boot` as groups, in the order in which they are measured; all but those on demand when nothing is said. */
export function selectGroups(only: string | undefined): readonly Group[] {
    if (only === undefined) {
        return GROUPS.filter((group) => !ON_DEMAND.includes(group));
    }
    const names = only.split(",").map((name) => name.trim());
    const unknown = names.filter((name) => !(GROUPS as readonly string[]).includes(name));
    if (unknown.length > 0) {
        throw new ToolError(
            `--only ${only}: no group is called "${unknown.join('", "')}"; there are ${GROUPS.join(", ")}`,
        );
    }
    return GROUPS.filter((group) => names.includes(group));
}
