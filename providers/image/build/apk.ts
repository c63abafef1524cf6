import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Segment, SegmentRecipe } from "../segments";
import { GENERATED_MTIME, contentOf } from "../tree/content";
import { foldersAbove, layOut, standingFolder } from "./layout";
import { type Kitchen, apkDatabase, fixedRecipe } from "./recipes";

/**
 * M/apk_tarwriter.go: the union of the databases that images of `init` have brought, where more than one has: else the last one alone would be
 * seen. It belongs to the last of them.
 * @throws LinuxKitError ApkDatabase
 */
export function apkRecipe(inits: readonly Segment[], kitchen: Kitchen): SegmentRecipe | undefined {
    const bringing = inits.filter(({ sealed }) => sealed.record.index.some(([path]) => path === apkDatabase));
    const images = bringing.filter((segment) => isImage(segment, kitchen));
    const last = images.at(-1);
    if (images.length < 2 || last === undefined) {
        return undefined;
    }
    const text = images.map((segment) => `${databaseOf(segment)}\n\n`).join("");
    const entry = { type: "file", path: apkDatabase, mode: 0o644, uid: 0, gid: 0, mtime: GENERATED_MTIME } as const;
    const layout = layOut(inits);
    const folders = foldersAbove(apkDatabase).flatMap((path) => standingFolder(path, layout) ?? []);
    const entries = [...folders, { ...entry, content: contentOf(text) }];
    return fixedRecipe(last.component, ["apk", text, folders], entries, kitchen);
}

function isImage({ component }: Segment, { plan }: Kitchen): boolean {
    const spec = plan.components[component];
    return spec?.kind === "init" && spec.source.type === "oci";
}

function databaseOf({ component, sealed }: Segment): string {
    const text = sealed.record.captured[apkDatabase];
    if (text === undefined) {
        const reason = `/${apkDatabase} of ${component} is no plain file, or larger than 4 MiB`;
        throw new LinuxKitError("ApkDatabase", `${reason}, so that it cannot be joined with that of another image`, {
            component,
        });
    }
    return text;
}
