import { unknownValue } from "../../../sdk/assembly/inputs";
import { apply, failure, holdsUnknown, imageProblem, show, unknownKeys } from "../../lifecycle/check";
import type { CheckFailure, Properties } from "../../lifecycle/handler";
import type { Connection } from "../client/connection";
import { agentProblem, speaksImdsV2 } from "./agent";
import type { ImageEnvironment } from "./environment";
import { launchPermissions, permissionFailures } from "./permissions";
import * as rules from "./rules";
import { defaultCreate, defaultDelete, diskRequest, imageDigest, readSettings } from "./settings";
import { tagFailures, tagsAll } from "./tags";

const given = [
    "image",
    "name",
    "description",
    "region",
    "tags",
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
    "timeouts",
];
const filledIn = [
    "identity",
    "connection",
    "defaultTags",
    "tagsAll",
    "digest",
    "loaders",
    "isNamed",
    "account",
    "arn",
    "snapshotIds",
];

/** Every problem at once; the inputs with their defaults, the region, the name and the digest, which a preview knows. */
export async function check(
    environment: ImageEnvironment,
    olds: Properties,
    all: Properties,
): Promise<{ readonly inputs: Properties; readonly failures: readonly CheckFailure[] }> {
    const news = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
    const filled = { ...news, ...(await defaults(environment, news)) };
    const failures = [...shapeFailures(news), ...valueFailures(filled), ...ruleFailures(environment, olds, filled)];
    if (failures.length > 0) {
        return { inputs: filled, failures };
    }
    const { image, bootMode, size } = filled as Properties;
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
    const connection = (news["connection"] ?? {}) as Connection;
    const region = news["region"] ?? (await environment.defaultRegion(connection));
    const { architecture } = (news["image"] ?? {}) as { architecture?: unknown };
    const imdsSupport = news["imdsSupport"] ?? (speaksImdsV2(news["image"]) ? "v2.0" : undefined);
    const encrypted = news["encrypted"] ?? news["kmsKey"] !== undefined;
    return {
        connection,
        ...(region === undefined ? {} : { region }),
        isNamed: news["name"] !== undefined,
        description: news["description"] ?? `${resource}, built by pulumi-linuxkit`,
        bootMode: news["bootMode"] ?? (architecture === "arm64" ? "uefi" : "legacy-bios"),
        ...(imdsSupport === undefined ? {} : { imdsSupport }),
        encrypted,
        launchPermissions: launchPermissions(news["launchPermissions"]),
        upload: news["upload"] ?? "incremental",
        retain: news["retain"] ?? 0,
        tagsAll: tagsAll(resource, news["defaultTags"], news["tags"]),
    };
}

function resourceName(news: Properties): string {
    const { urn = "" } = (news["identity"] ?? {}) as { urn?: string };
    return urn.slice(urn.lastIndexOf("::") + 2);
}

/** No two images can have one name, and a replacement is made before the old one goes: it says what it was made from. */
function derivedName(inputs: Properties): string {
    const digits = imageDigest(readSettings(inputs)).slice(0, 12);
    return `${resourceName(inputs)
        .replace(/[^\w ()[\]./\-'@]/g, "-")
        .slice(0, 100)}-${digits}`;
}

function shapeFailures(news: Properties): CheckFailure[] {
    const strangers = Object.fromEntries(Object.entries(news).filter(([key]) => !filledIn.includes(key)));
    return [
        ...unknownKeys(strangers, given, ""),
        ...(news["image"] === undefined ? [failure("image", "is missing: give it a linuxkit.Image")] : []),
        ...apply("image", news["image"], imageProblem),
        ...timeoutFailures(news["timeouts"]),
        ...permissionFailures(news["launchPermissions"]),
        ...tagFailures("tags", news["tags"]),
        ...tagFailures("aws:defaultTags", news["defaultTags"]),
    ];
}

function timeoutFailures(timeouts: unknown = {}): CheckFailure[] {
    if (typeof timeouts !== "object" || timeouts === null) {
        return apply("timeouts", timeouts, (value) => `${show(value)} is not an object such as { create: "1h" }`);
    }
    const { create = defaultCreate, delete: remove = defaultDelete } = timeouts as Properties;
    return [
        ...unknownKeys(timeouts, ["create", "delete"], "timeouts."),
        ...apply("timeouts.create", create, rules.duration),
        ...apply("timeouts.delete", remove, rules.duration),
    ];
}

function valueFailures(inputs: Properties): CheckFailure[] {
    const missing = "is not known: give it, set aws:region in the stack's configuration, or AWS_REGION";
    return [
        ...(inputs["region"] === undefined ? [failure("region", missing)] : []),
        ...apply("region", inputs["region"], rules.region),
        ...apply("name", inputs["name"], rules.name),
        ...apply("description", inputs["description"], rules.description),
        ...apply("bootMode", inputs["bootMode"], rules.oneOf("legacy-bios", "uefi", "uefi-preferred")),
        ...apply("imdsSupport", inputs["imdsSupport"], rules.oneOf("v2.0")),
        ...apply("tpmSupport", inputs["tpmSupport"], rules.oneOf("v2.0")),
        ...apply("size", inputs["size"], rules.size),
        ...apply("encrypted", inputs["encrypted"], rules.flag),
        ...apply("kmsKey", inputs["kmsKey"], rules.kmsKey(inputs["region"])),
        ...apply("deprecateAt", inputs["deprecateAt"], rules.deprecateAt),
        ...apply("upload", inputs["upload"], rules.oneOf("incremental", "full")),
        ...apply("retain", inputs["retain"], rules.retain),
        ...apply("adopt", inputs["adopt"], rules.adopt),
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
        ...(agent === undefined ? [] : [failure("imdsSupport", agent)]),
    ];
}
