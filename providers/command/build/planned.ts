import type { Assembly } from "../../../sdk/assembly/assembly";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { type DeclaredComponent, normalizeDeclaration, planOf } from "../../artifact/declaration";
import { resolveComponents } from "../../image";
import type { BuildEnvironment } from "../../image/environment";
import type { Compression, ImagePlan } from "../../image/plan";

/**
 * An assembly with every source resolved to what it holds now. Nothing is recorded: what was built yesterday may be other
 * packages today, which a program with `linuxkit.Image` keeps.
 * @throws LinuxKitError `not-plain` for values that only a Pulumi program knows, those of the sources
 */
export async function plannedAssembly(
    { architecture, order, components }: Assembly,
    compression: Compression,
    environment: BuildEnvironment,
): Promise<ImagePlan> {
    const declared = components as Readonly<Record<string, DeclaredComponent>>;
    const declaration = { architecture, compression, order, components: declared, mirrors: {} };
    const { spec, unknown } = normalizeDeclaration(declaration);
    if (spec === undefined || unknown) {
        throw new LinuxKitError(
            "not-plain",
            "the assembly holds outputs, which only `pulumi up` knows: give plain values here, or build it with linuxkit.ImageFile",
        );
    }
    return planOf(await resolveComponents(spec, undefined, environment), compression);
}
