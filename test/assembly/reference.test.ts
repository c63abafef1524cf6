import { parseReference } from "../../sdk/assembly/normalize/reference";

const hex = "0123456789abcdef".repeat(4);

test.each([
    ["redis", "docker.io/library/redis:latest"],
    ["redis:7-alpine", "docker.io/library/redis:7-alpine"],
    ["linuxkit/kernel:6.12.59", "docker.io/linuxkit/kernel:6.12.59"],
    ["docker.io/redis", "docker.io/library/redis:latest"],
    ["index.docker.io/a/b", "docker.io/a/b:latest"],
    ["localhost/a", "localhost/a:latest"],
    ["localhost:5000/a/b:c", "localhost:5000/a/b:c"],
    ["[::1]:5000/a", "[::1]:5000/a:latest"],
    ["ghcr.io/org/deep/er/name_x--y:V1", "ghcr.io/org/deep/er/name_x--y:V1"],
    ["org/deep/name", "docker.io/org/deep/name:latest"],
    ["Registry.Example:443/a", "Registry.Example:443/a:latest"],
    ["UPPER/a", "UPPER/a:latest"],
    ["192.0.2.1/a", "192.0.2.1/a:latest"],
    [`ghcr.io/${"a".repeat(255)}`, `ghcr.io/${"a".repeat(255)}:latest`],
    [`docker.io/${hex}`, `docker.io/library/${hex}:latest`],
    [`redis@sha256:${hex}`, `docker.io/library/redis@sha256:${hex}`],
    [`redis:7@sha256:${hex}`, `docker.io/library/redis:7@sha256:${hex}`],
])("%s is %s", (text, reference) => {
    expect(parseReference(text)).toEqual({ reference });
    expect(parseReference(reference)).toEqual({ reference });
});

test.each([
    ["", "is not a reference"],
    ["a b", "is not a reference"],
    ["https://ghcr.io/a", 'without "https://"'],
    ["Redis:7", 'did you mean "redis"?'],
    ["redis:", 'the tag ""'],
    ["redis:a/b:-c", 'the tag "-c"'],
    [`redis:${"a".repeat(129)}`, "at most 128"],
    ["redis@sha256:abc", "64 lower-case"],
    [`redis@sha512:${hex}`, "64 lower-case"],
    [`redis@sha256:${hex}@sha256:${hex}`, "64 lower-case"],
    ["a//b", 'has "" in its name'],
    ["a..b/c", "which is no host"],
    ["-a.b/c", "which is no host"],
    ["a_b.example/c", "which is no host"],
    ["0x7f.1/a", "which is no host"],
    ["127.1/a", "which is no host"],
    ["1.2.3.4.5/a", "which is no host"],
    ["registry:65536/a", "which is no host"],
    ["registry:x/a", "which is no host"],
    ["[::1/a", "which is no host"],
    ["[:::]/a", "which is no host"],
    ["xn--a.example/b", "which is no host"],
    ["/a", 'has "" in its name'],
    [hex, "is the id of an image"],
    ["a___b", 'has "a___b" in its name'],
    [`ghcr.io/${"a".repeat(250)}/${"b".repeat(10)}`, "longer than 255"],
])("%j is refused: %s", (text, problem) => {
    expect(parseReference(text)).toEqual({ problem: expect.stringContaining(problem) as string });
});
