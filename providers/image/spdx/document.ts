import { createHash } from "node:crypto";

import type { BuiltComponent, BuiltContents, ImagePlan } from "../plan";

/** 2017-04-18T16:30:00Z, the time LinuxKit gives to what it generates, where SOURCE_DATE_EPOCH gives no other. */
const DEFAULT_EPOCH_SECONDS = 1_492_533_000;

/**
 * The image as an SPDX 2.3 document: its components, and the packages in them by version and SHA-256. The same plan gives
 * the same document: its namespace is the image's digest, its time SOURCE_DATE_EPOCH or a fixed one.
 */
export function spdxDocument(plan: ImagePlan, built: BuiltContents, env: NodeJS.ProcessEnv = process.env): object {
    const components = built.components.map((component) => describeComponent(component));
    const packages = new Map(built.components.flatMap(packageEntries));
    return {
        spdxVersion: "SPDX-2.3",
        dataLicense: "CC0-1.0",
        SPDXID: "SPDXRef-DOCUMENT",
        name: `linuxkit-image-${built.digest.slice("sha256:".length, "sha256:".length + 12)}`,
        documentNamespace: `urn:pulumi-linuxkit:${built.digest}`,
        creationInfo: { created: creationTime(env), creators: ["Tool: pulumi-linuxkit"] },
        documentDescribes: ["SPDXRef-Image"],
        packages: [describeImage(plan, built), ...components, ...packages.values()],
        relationships: [
            relationship("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Image"),
            ...built.components.flatMap((component) => [
                relationship("SPDXRef-Image", "CONTAINS", componentId(component)),
                ...component.packages.map((each) => relationship(componentId(component), "CONTAINS", packageId(each))),
            ]),
        ],
    };
}

type Package = BuiltComponent["packages"][number];

const common = { downloadLocation: "NOASSERTION", filesAnalyzed: false };

function describeImage(plan: ImagePlan, built: BuiltContents): object {
    return {
        ...common,
        SPDXID: "SPDXRef-Image",
        name: "linuxkit-image",
        versionInfo: built.digest,
        primaryPackagePurpose: "OPERATING-SYSTEM",
        comment: `architecture ${plan.architecture}`,
    };
}

function describeComponent(component: BuiltComponent): object {
    return {
        ...common,
        SPDXID: componentId(component),
        name: component.key,
        versionInfo: `sha256:${component.sha256}`,
    };
}

function packageEntries({ packages }: BuiltComponent): [string, object][] {
    return packages.map((each) => [packageId(each), describePackage(each)]);
}

function describePackage(each: Package): object {
    const { name, version, sha256 } = each;
    const locator = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
    return {
        ...common,
        SPDXID: packageId(each),
        name,
        versionInfo: version,
        checksums: [{ algorithm: "SHA256", checksumValue: sha256 }],
        externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: locator }],
    };
}

function componentId({ key }: BuiltComponent): string {
    const word = idWord(key);
    const digest = createHash("sha256").update(key).digest("hex");
    return `SPDXRef-Component-${word === key ? key : `${word}-${digest.slice(0, 16)}`}`;
}

function packageId({ name, sha256 }: Package): string {
    return `SPDXRef-Package-${idWord(name)}-${sha256.slice(0, 16)}`;
}

/** SPDX ids take letters, digits, dots and hyphens. */
function idWord(text: string): string {
    return text.replace(/[^A-Za-z0-9.-]/g, "-");
}

function relationship(from: string, relationshipType: string, to: string): object {
    return { spdxElementId: from, relationshipType, relatedSpdxElement: to };
}

function creationTime(env: NodeJS.ProcessEnv): string {
    const epoch = env["SOURCE_DATE_EPOCH"];
    const seconds = epoch !== undefined && /^\d+$/.test(epoch) ? Number(epoch) : DEFAULT_EPOCH_SECONDS;
    return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}
