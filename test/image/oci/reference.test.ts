import fc from "fast-check";

import { formatReference, parseReference } from "../../../providers/image/oci/reference";

const digest = `sha256:${"ab".repeat(32)}` as const;

test.each([
    ["redis", "docker.io", "library/redis", "latest"],
    ["redis:7-alpine", "docker.io", "library/redis", "7-alpine"],
    ["linuxkit/kernel:6.12.59", "docker.io", "linuxkit/kernel", "6.12.59"],
    ["docker.io/redis", "docker.io", "library/redis", "latest"],
    ["index.docker.io/redis", "docker.io", "library/redis", "latest"],
    ["ghcr.io/org/team/name:v1", "ghcr.io", "org/team/name", "v1"],
    ["localhost/name", "localhost", "name", "latest"],
    ["localhost:5000/name", "localhost:5000", "name", "latest"],
    ["registry:5000/a/b", "registry:5000", "a/b", "latest"],
    ["127.0.0.1:5000/a", "127.0.0.1:5000", "a", "latest"],
    ["[::1]:5000/a:b", "[::1]:5000", "a", "b"],
    ["a__b/c.d/e--f", "docker.io", "a__b/c.d/e--f", "latest"],
])("%s", (text, registry, repository, tag) => {
    expect(parseReference(text)).toEqual({ registry, repository, tag });
});

test("a digest counts, with or without a tag", () => {
    expect(parseReference(`redis@${digest}`)).toEqual({ registry: "docker.io", repository: "library/redis", digest });
    expect(parseReference(`redis:7@${digest}`)).toMatchObject({ tag: "7", digest });
});

test.each([
    ["", ""],
    ["Redis", 'did you mean "redis"'],
    ["redis:", "tag"],
    ["redis:-x", "tag"],
    [`redis:${"x".repeat(129)}`, "tag"],
    ["a//b", "name"],
    ["-host.example/a", "host name"],
    ["redis@sha256:abc", "digest"],
    ["redis@sha512:abc", "digest"],
    [`redis@${digest.toUpperCase()}`, "digest"],
    ["https://ghcr.io/a", "URL"],
    ["a b", "reference"],
    ["../etc", "name"],
    ["0x7f.1/a", "no host"],
    ["registry:99999/a", "no host"],
    ["a".repeat(300), "longer than 255"],
])("%s is refused", (text, hint) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: "OciReference" }) as Error);
    expect(() => parseReference(text)).toThrow(hint);
});

test("the error names the reference, but nothing that could be a password", () => {
    expect(() => parseReference("redis:b@d")).toThrow(/^(?!.*b@d)/);
    expect(() => parseReference("Redis:7")).toThrow('"Redis:7"');
});

test("any text is a reference or an error of ours, and what is parsed stays what it is", () => {
    const component = fc.stringMatching(/^[a-z0-9]{1,4}([._-][a-z0-9]{1,3})?$/);
    const likely = fc
        .tuple(
            fc.option(fc.constantFrom("ghcr.io", "localhost:1", "docker.io")),
            fc.array(component, { maxLength: 3 }),
            fc.string({ maxLength: 5 }),
        )
        .map(([host, path, tail]) => [...(host === null ? [] : [host]), ...path].join("/") + tail);
    fc.assert(
        fc.property(fc.oneof(likely, fc.string()), (text) => {
            const parsed = attempt(text);
            if ("refused" in parsed) {
                return parsed.refused === "OciReference";
            }
            const again = parseReference(formatReference(parsed));
            const path = `/v2/${parsed.repository}/manifests/x`;
            const url = new URL(`https://${parsed.registry}${path}`);
            return url.pathname === path && JSON.stringify(again) === JSON.stringify(parsed);
        }),
        { numRuns: 3000 },
    );
});

function attempt(text: string) {
    try {
        return parseReference(text);
    } catch (error) {
        return { refused: (error as { code?: string }).code };
    }
}
