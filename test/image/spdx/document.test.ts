import { spdxDocument } from "../../../providers/image";
import type { BuiltImage, ImagePlan } from "../../../providers/image/plan";
import { unknownKernel } from "../../support/unknown-kernel";

const plan: ImagePlan = { architecture: "amd64", components: {}, order: [], format: 1, compression: "fast" };
const libc = { name: "libc6", version: "2.41-12", sha256: "a".repeat(64) };
const stdc = { name: "libstdc++6", version: "14.2.0-19", sha256: "b".repeat(64) };
const built: BuiltImage = {
    digest: `sha256:${"c".repeat(64)}`,
    kernelPath: "/store/kernel",
    initrdPath: "/store/initrd",
    cmdline: "",
    kernelFacts: unknownKernel,
    kernel: { sizeBytes: 1, sha256: "d" },
    initrd: { sizeBytes: 1, sha256: "e" },
    components: [
        { key: "init.base", sizeBytes: 1, sha256: "f".repeat(64), packages: [libc] },
        { key: "services.a_b", sizeBytes: 1, sha256: "2".repeat(64), packages: [] },
        { key: "services.a-b", sizeBytes: 1, sha256: "3".repeat(64), packages: [] },
        { key: "services.redis", sizeBytes: 2, sha256: "1".repeat(64), packages: [libc, stdc] },
    ],
    notes: [],
};

interface Document {
    readonly packages: readonly { readonly SPDXID: string; readonly name: string; readonly versionInfo: string }[];
    readonly relationships: readonly { readonly spdxElementId: string; readonly relatedSpdxElement: string }[];
}

test("lists the components and each package once, with versions and checksums", () => {
    const document = spdxDocument(plan, built, {}) as Document;
    expect(document.packages.map(({ name, versionInfo }) => [name, versionInfo])).toEqual([
        ["linuxkit-image", built.digest],
        ["init.base", `sha256:${"f".repeat(64)}`],
        ["services.a_b", `sha256:${"2".repeat(64)}`],
        ["services.a-b", `sha256:${"3".repeat(64)}`],
        ["services.redis", `sha256:${"1".repeat(64)}`],
        ["libc6", "2.41-12"],
        ["libstdc++6", "14.2.0-19"],
    ]);
    expect(document).toMatchObject({
        spdxVersion: "SPDX-2.3",
        SPDXID: "SPDXRef-DOCUMENT",
        creationInfo: { created: "2017-04-18T16:30:00Z" },
    });
    expect(JSON.stringify(document)).toContain("pkg:deb/debian/libstdc%2B%2B6@14.2.0-19");
});

test("ids are SPDX's, unique, and every relationship is between two of them", () => {
    const document = spdxDocument(plan, built, {}) as Document;
    const ids = document.packages.map(({ SPDXID }) => SPDXID);
    expect(ids.every((id) => /^SPDXRef-[A-Za-z0-9.-]+$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    const known = new Set([...ids, "SPDXRef-DOCUMENT"]);
    const ends = document.relationships.flatMap((each) => [each.spdxElementId, each.relatedSpdxElement]);
    expect(ends.filter((id) => !known.has(id))).toEqual([]);
});

test("is the same every time, says nothing of this machine, and honours SOURCE_DATE_EPOCH", () => {
    expect(spdxDocument(plan, built, {})).toEqual(spdxDocument(plan, built, {}));
    expect(JSON.stringify(spdxDocument(plan, built, {}))).not.toContain("/store/");
    expect(spdxDocument(plan, built, { SOURCE_DATE_EPOCH: "86400" })).toMatchObject({
        creationInfo: { created: "1970-01-02T00:00:00Z" },
    });
});
