/** A reference in its full form, or what is wrong with it, to follow the reference in a message. */
export type ParsedReference = { readonly reference: string } | { readonly problem: string };

export const referenceForm = 'a reference of an image, such as "redis:7-alpine" or "ghcr.io/org/name@sha256:<hex>"';

const host =
    /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?$/;
const pathComponent = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;
const imageId = /^[0-9a-f]{64}$/;
const longestRepository = 255;

/**
 * The grammar of github.com/distribution/reference, with Docker's defaults: `redis` is `docker.io/library/redis:latest`.
 * A registry is told from a folder of docker.io by a dot, a port or the name `localhost`.
 */
export function parseReference(text: string): ParsedReference {
    if (/^[a-z]+:\/\//i.test(text)) {
        return {
            problem: `has the form of a URL; write it without ${JSON.stringify(text.slice(0, text.indexOf("/") + 2))}`,
        };
    }
    if (text === "" || /[\s\0]/.test(text)) {
        return { problem: `is not ${referenceForm}` };
    }
    if (imageId.test(text)) {
        return { problem: "is the id of an image, which no registry goes by: write its name" };
    }
    const [named = "", digest, ...more] = text.split("@");
    if (more.length > 0 || (digest !== undefined && !digestForm.test(digest))) {
        return { problem: 'needs a digest of the form "sha256:" and 64 lower-case hexadecimal digits after its "@"' };
    }
    const colon = named.lastIndexOf(":");
    const isTagged = colon > named.lastIndexOf("/");
    const name = isTagged ? named.slice(0, colon) : named;
    const tag = isTagged ? named.slice(colon + 1) : undefined;
    if (tag !== undefined && !tagForm.test(tag)) {
        return {
            problem: `has the tag ${JSON.stringify(tag)}; a tag is at most 128 letters, digits, "_", "." and "-"`,
        };
    }
    const full = fullName(name);
    if ("problem" in full) {
        return full;
    }
    const suffix = digest === undefined ? `:${tag ?? "latest"}` : `${tag === undefined ? "" : `:${tag}`}@${digest}`;
    return { reference: `${full.reference}${suffix}` };
}

function fullName(name: string): ParsedReference {
    const [first = "", ...rest] = name.split("/");
    const hasHost = rest.length > 0 && (/[.:[]/.test(first) || first === "localhost" || /[A-Z]/.test(first));
    const given = hasHost ? first : "docker.io";
    const path = hasHost ? rest : [first, ...rest];
    if (!host.test(given) || !isHost(given)) {
        return { problem: `has the registry ${JSON.stringify(given)}, which is no host name` };
    }
    const wrong = path.find((each) => !pathComponent.test(each));
    if (wrong !== undefined) {
        const lower = name.toLowerCase();
        const near = lower.split("/").every((each) => pathComponent.test(each))
            ? `; did you mean ${JSON.stringify(lower)}?`
            : "";
        const form = 'lower-case letters and digits, joined by ".", "_" or "-"';
        return { problem: `has ${JSON.stringify(wrong)} in its name, whose parts are ${form}${near}` };
    }
    const registry = given === "index.docker.io" ? "docker.io" : given;
    const repository = registry === "docker.io" && path.length === 1 ? ["library", ...path] : path;
    return repository.join("/").length > longestRepository
        ? { problem: `has a name longer than ${longestRepository} characters` }
        : { reference: [registry, ...repository].join("/") };
}

/** URLs take fewer hosts than references do, and read some numbers as addresses: "0x7f.1" is 127.0.0.1 there. */
function isHost(registry: string): boolean {
    const url = `https://${registry}/`;
    const name = registry.replace(/:\d+$/, "").toLowerCase();
    return URL.canParse(url) && (name.startsWith("[") || new URL(url).hostname === name);
}
