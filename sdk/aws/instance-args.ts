import { isOpaque } from "../assembly/inputs";
import { type Findings, kindOf, member } from "../assembly/read/findings";
import { isAbsent, isObject } from "../assembly/read/reader";
import { checkKeys, isKind, type Kind } from "../given";

type Given = Readonly<Record<string, unknown>>;

const keys = [
    "ami",
    "instanceType",
    "region",
    "subnetId",
    "vpcSecurityGroupIds",
    "associatePublicIpAddress",
    "keyName",
    "userData",
    "iamInstanceProfile",
    "availabilityZone",
    "tenancy",
    "placementGroup",
    "spot",
    "disableApiTermination",
    "volumes",
    "tags",
    "readiness",
    "timeouts",
] as const;

const amiKind: Kind = {
    marks: ["bootable", "snapshotIds"],
    what: "a linuxkit.aws.Image or the id of an AMI",
    advice: (value) =>
        typeof value === "object" && value !== null && "bootable" in value
            ? "new linuxkit.aws.Image(name, { image }) makes an AMI of a linuxkit.Image"
            : "new linuxkit.aws.Image(name, { image }) makes one",
};

const volumeKind: Kind = {
    marks: ["sizeGiB", "availabilityZone"],
    what: "a linuxkit.aws.Volume or the id of a volume",
    advice: () => 'new linuxkit.aws.Volume(name, { size: "10 GB", availabilityZone }) makes one',
};

/** What the constructor itself reads; the rest is checked in the preview. */
export function checkInstanceArgs(given: Given, findings: Findings): void {
    checkKeys(given, keys, "an instance", "", findings);
    checkObjectOrId(given["ami"], amiKind, "ami", findings);
    if (isAbsent(given["instanceType"])) {
        findings.reject("instanceType", 'is required: "t3.micro" is one');
    }
    checkVolumes(given["volumes"], findings);
}

function checkObjectOrId(value: unknown, kind: Kind, path: string, findings: Findings): void {
    if (isAbsent(value)) {
        findings.reject(path, `is required: ${kind.advice(value)}`);
    } else if (!isKind(value, kind) && !isOpaque(value) && typeof value !== "string") {
        findings.reject(path, `must be ${kind.what}, not ${kindOf(value)}: ${kind.advice(value)}`);
    }
}

const example = "{ volume: data }";

function checkVolumes(value: unknown, findings: Findings): void {
    if (isAbsent(value)) {
        return;
    }
    if (isOpaque(value) || !Array.isArray(value)) {
        const found = isOpaque(value) ? "an output" : kindOf(value);
        findings.reject("volumes", `must be a plain list such as [${example}], not ${found}`);
        return;
    }
    Array.from(value, (entry: unknown, index) => checkEntry(entry, `volumes[${index}]`, findings));
}

function checkEntry(entry: unknown, path: string, findings: Findings): void {
    if (!isOpaque(entry) && isObject(entry) && !isKind(entry, volumeKind)) {
        checkKeys(entry, ["volume", "device"], `an entry such as ${example}`, path, findings);
        checkObjectOrId(entry["volume"], volumeKind, member(path, "volume"), findings);
        return;
    }
    const found = isKind(entry, volumeKind) ? "a volume itself" : isOpaque(entry) ? "an output" : kindOf(entry);
    findings.reject(path, `must be an object such as ${example}, not ${found}`);
}
