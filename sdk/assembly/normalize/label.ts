import { Findings, type Problem } from "../read/findings";
import { shape, type ShapeOf } from "../read/shape";
import { containerFields } from "./container-fields";
import { givenKeys } from "./given";
import type { Context } from "./leaves";

type LabelFields = Omit<ReturnType<typeof containerFields>, "seccomp">;

/** What an image's label says of a container: every default filled in, and which keys it gives. */
export interface LabelSpec {
    readonly values: ShapeOf<LabelFields>;
    readonly given: readonly string[];
}

/** Judges a label's keys as those of a container. */
export function normalizeLabel(
    value: unknown,
    context: Context,
): { readonly label?: LabelSpec; readonly problems: readonly Problem[] } {
    const findings = new Findings();
    const { seccomp: _, ...fields } = containerFields(context);
    const values = shape("the label", fields)(value, "", findings);
    const { problems } = findings;
    return values === undefined || problems.length > 0
        ? { problems }
        : { label: { values, given: givenKeys(value) }, problems };
}
