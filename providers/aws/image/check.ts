import { unknownValue } from "../../../sdk/assembly/inputs";
import { apply, failure, holdsUnknown, imageProblem, show, unknownKeys } from "../../lifecycle/check";
import type { CheckFailure, Identity, Properties } from "../../lifecycle/handler";
import { nameOf } from "../../lifecycle/identity";
import { agentProblem, speaksImdsV2 } from "../resource/agent";
import { given, type Known, sharedDefaults, sharedFailures } from "../resource/check";
import * as shared from "../resource/rules";
import type { ImageEnvironment } from "./environment";
import { launchPermissions, permissionFailures } from "./permissions";
import * as rules from "./rules";
import { defaultCreate, defaultDelete, diskRequest, imageDigest, readSettings } from "./settings";

const known: Known = {
    given: [
        "image",
        "name",
        "description",
        "bootMode",
        "imdsSupport",
        "tpmSupport",
        "size",
        "encrypted",
        "kmsKey",
        "launchPermissions",
        "deprecateAt",
        "upload",
        "retain",
        "adopt",
        "copyOf",
    ],
    filledIn: ["digest", "loaders", "isNamed", "snapshotIds"],
    timeouts: { create: defaultCreate, delete: defaultDelete },
};

/** Every problem at once; the inputs with their defaults, the region, the name and the digest, which a preview knows. */
export async function check(
    environment: ImageEnvironment,
    olds: Properties,
    all: Properties,
): Promise<{ readonly inputs: Properties; readonly failures: readonly CheckFailure[] }> {
    const news = given(all);
    const filled: Properties = { ...news, ...(await defaults(environment, news)) };
    const failures = [
        ...sharedFailures(news, filled["region"], known),
        ...permissionFailures(news["launchPermissions"]),
        ...valueFailures(filled),
        ...ruleFailures(environment, olds, filled),
        ...copyFailures(news, filled),
    ];
    if (failures.length > 0) {
        return { inputs: filled, failures };
    }
    if (filled["copyOf"] !== undefined) {
        const { digest } = filled["copyOf"] as Properties;
        const inputs: Properties = { ...filled, digest };
        const name = holdsUnknown(kindOf(inputs)) || holdsUnknown(digest) ? unknownValue : derivedName(inputs);
        return { inputs: { name, ...inputs }, failures };
    }
    const { image, bootMode, size } = filled;
    if (holdsUnknown([(image as Properties)["digest"], bootMode, size])) {
        const kept = olds["loaders"] === undefined ? {} : { loaders: olds["loaders"] };
        return { inputs: { name: unknownValue, ...filled, ...kept, digest: unknownValue }, failures };
    }
    try {
        const recorded = olds["loaders"] as Properties | undefined;
        const inputs = { ...filled, ...(await environment.disks.resolve(diskRequest(filled), recorded)) };
        return { inputs: { name: derivedName(inputs), ...inputs }, failures };
    } catch (error) {
        return { inputs: filled, failures: [failure("image", error instanceof Error ? error.message : String(error))] };
    }
}

async function defaults(environment: ImageEnvironment, news: Properties): Promise<Properties> {
    const resource = resourceName(news);
    const { architecture } = (news["image"] ?? {}) as { architecture?: unknown };
    const kind = kindOf((news["copyOf"] as Properties | undefined) ?? news);
    const imdsSupport = kind["imdsSupport"] ?? (speaksImdsV2(news["image"]) ? "v2.0" : undefined);
    const encrypted = news["encrypted"] ?? news["kmsKey"] !== undefined;
    return {
        ...(await sharedDefaults(environment, news, resource)),
        isNamed: news["name"] !== undefined,
        description: news["description"] ?? `${resource}, built by pulumi-linuxkit`,
        ...kind,
        bootMode: kind["bootMode"] ?? (architecture === "arm64" ? "uefi" : "legacy-bios"),
        ...(imdsSupport === undefined ? {} : { imdsSupport }),
        encrypted,
        launchPermissions: launchPermissions(news["launchPermissions"]),
        upload: news["upload"] ?? "incremental",
        retain: news["retain"] ?? 0,
    };
}

/** What a copy has from the image that it is of. */
function kindOf(properties: Properties): Properties {
    const keys = ["bootMode", "imdsSupport", "tpmSupport", "size"];
    return Object.fromEntries(keys.flatMap((key) => (properties[key] === undefined ? [] : [[key, properties[key]]])));
}

function resourceName(news: Properties): string {
    return nameOf((news["identity"] ?? { urn: "" }) as Identity);
}

/** No two images can have one name, and a replacement is made before the old one goes: it says what it was made from. */
function derivedName(inputs: Properties): string {
    const digits = imageDigest(readSettings(inputs)).slice(0, 12);
    return `${resourceName(inputs)
        .replace(/[^\w ()[\]./\-'@]/g, "-")
        .slice(0, 100)}-${digits}`;
}

function valueFailures(inputs: Properties): CheckFailure[] {
    return [
        ...(inputs["image"] === undefined ? [failure("image", "is missing: give it a linuxkit.Image")] : []),
        ...apply("image", inputs["image"], imageProblem),
        ...apply("name", inputs["name"], rules.name),
        ...apply("description", inputs["description"], rules.description),
        ...apply("bootMode", inputs["bootMode"], shared.oneOf("legacy-bios", "uefi", "uefi-preferred")),
        ...apply("imdsSupport", inputs["imdsSupport"], shared.oneOf("v2.0")),
        ...apply("tpmSupport", inputs["tpmSupport"], shared.oneOf("v2.0")),
        ...apply("size", inputs["size"], shared.size),
        ...apply("encrypted", inputs["encrypted"], shared.flag),
        ...apply("kmsKey", inputs["kmsKey"], shared.kmsKey("image", inputs["region"])),
        ...apply("deprecateAt", inputs["deprecateAt"], rules.deprecateAt),
        ...uploadFailures(inputs["upload"]),
        ...apply("retain", inputs["retain"], rules.retain),
        ...apply("adopt", inputs["adopt"], rules.adopt),
    ];
}

function uploadFailures(upload: unknown): CheckFailure[] {
    if (typeof upload !== "object" || upload === null) {
        return apply("upload", upload, rules.upload);
    }
    const { bucket, role, prefix } = upload as Properties;
    return [
        ...unknownKeys(upload, ["bucket", "role", "prefix"], "upload."),
        ...(bucket === undefined ? [failure("upload.bucket", "is missing: give the name of a bucket")] : []),
        ...apply("upload.bucket", bucket, rules.bucket),
        ...apply("upload.role", role, rules.role),
        ...apply("upload.prefix", prefix, rules.prefix),
    ];
}

/** A copy's own arguments that would have it be another image. */
function copyFailures(news: Properties, filled: Properties): CheckFailure[] {
    const { copyOf, image } = news as { readonly copyOf?: Properties; readonly image?: Properties };
    if (copyOf === undefined) {
        return [];
    }
    const differs = (one: unknown, other: unknown): boolean => one !== other && !holdsUnknown([one, other]);
    return [
        ...(differs(copyOf["image"], image?.["digest"])
            ? [failure("copyOf", "that AMI is made from another linuxkit.Image than `image`: give both the same")]
            : []),
        ...Object.keys(kindOf(news))
            .filter((key) => differs(news[key], filled[key]))
            .map((key) => failure(key, `is ${show(news[key])}, and what is copied has another: leave it out`)),
    ];
}

/** What two arguments say together. */
function ruleFailures({ clock }: ImageEnvironment, olds: Properties, inputs: Properties): CheckFailure[] {
    const { image, bootMode, tpmSupport, imdsSupport, encrypted, kmsKey, deprecateAt } = inputs;
    const { architecture } = (image ?? {}) as { architecture?: unknown };
    const isPublic = (inputs["launchPermissions"] as { public?: unknown } | undefined)?.public === true;
    const rows: readonly (readonly [string, boolean, string])[] = [
        [
            "bootMode",
            architecture === "arm64" && bootMode !== "uefi" && bootMode !== unknownValue,
            `${show(bootMode)} is for amd64, and the image is for arm64, which boots with "uefi" alone`,
        ],
        [
            "tpmSupport",
            tpmSupport === "v2.0" && bootMode !== "uefi" && bootMode !== unknownValue,
            `a TPM needs bootMode: "uefi", and this is ${show(bootMode)}`,
        ],
        ["encrypted", encrypted === false && kmsKey !== undefined, "is false, and there is a kmsKey: leave one out"],
        [
            "launchPermissions.public",
            isPublic && encrypted === true,
            "an encrypted image cannot be public: leave out encrypted and kmsKey, or name the accounts",
        ],
        [
            "deprecateAt",
            typeof deprecateAt === "string" &&
                deprecateAt !== olds["deprecateAt"] &&
                Date.parse(deprecateAt) < clock.now(),
            `${show(deprecateAt)} is past`,
        ],
    ];
    const agent = imdsSupport === undefined ? undefined : agentProblem(image);
    return [
        ...rows.flatMap(([property, isWrong, reason]) => (isWrong ? [failure(property, reason)] : [])),
        ...(agent === undefined ? [] : [failure("imdsSupport", `${agent}: leave imdsSupport out`)]),
    ];
}
