/**
 * Which of an image's components ask AWS for user data. Machines of an AMI with ImdsSupport v2.0, and all of `Instance`,
 * answer version 2 alone; LinuxKit's own metadata package speaks version 1, and would lose user data without a word.
 */

interface DeclaredComponent {
    readonly image?: unknown;
}

const upstream = /(^|\/)linuxkit\/metadata(:|@|$)/;

/** Whether the image asks for its user data with `metadata()`, which speaks version 2, and nothing in it speaks version 1. */
export function speaksImdsV2(image: unknown): boolean {
    const isOurs = sourcesOf(image).some((source) => (source as { component?: unknown }).component === "metadata");
    return isOurs && agentProblem(image) === undefined;
}

/** Why machines that answer version 2 alone are nothing for an image; undefined when they are. */
export function agentProblem(image: unknown): string | undefined {
    const references = sourcesOf(image).flatMap((source) => Object.values(source));
    const old = references.find((reference) => typeof reference === "string" && upstream.test(reference));
    return old === undefined
        ? undefined
        : `${String(old)} speaks version 1 of the metadata service alone, and would find no user data`;
}

function sourcesOf(image: unknown): readonly object[] {
    const { components = {} } = (image ?? {}) as { components?: Readonly<Record<string, DeclaredComponent>> };
    return Object.values(components).flatMap((component) => {
        const source = component.image;
        return typeof source === "object" && source !== null ? [source] : [{ reference: source }];
    });
}
