import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { DraftFolders } from "../../../providers/artifact/image-file/draft-folders";
import { draftName } from "../../../providers/artifact/image-file/drafts";
import { temporaryFolder } from "../../support/folder";

const folder = temporaryFolder();
const at = (...names: string[]): string => path.join(folder(), ...names);
const remembered = (): string[] => readdirSync(at("state", "drafts"));

/** A name whose writer has ended. */
async function deadDraft(target: string): Promise<string> {
    return (await draftName(target)).replace(/-[0-9a-f]{8}-([0-9a-f]{8})$/, "-00000000-$1");
}

test("what a killed writer left is found by whoever comes next, and the folder is forgotten", async () => {
    mkdirSync(at("build"));
    const folders = new DraftFolders(at("state"));
    writeFileSync(await deadDraft(at("build", "os.iso")), "half");
    writeFileSync(at("build", "mine"), "");
    await folders.remember(at("build"));
    await new DraftFolders(at("state")).sweep();
    expect(readdirSync(at("build"))).toEqual(["mine"]);
    expect(remembered()).toEqual([]);
});

test("a folder with a living writer's draft stays remembered", async () => {
    const folders = new DraftFolders(at("state"));
    const draft = await draftName(at("os.iso"));
    writeFileSync(draft, "half");
    await folders.remember(folder());
    await folders.sweep();
    expect(remembered()).toHaveLength(1);
    rmSync(draft);
    await folders.sweep();
    expect(remembered()).toEqual([]);
});

test("a folder that is gone is forgotten, and what is no memory of ours is left alone", async () => {
    const folders = new DraftFolders(at("state"));
    await folders.remember(at("gone"));
    writeFileSync(at("state", "drafts", "note"), folder());
    await folders.sweep();
    expect(remembered()).toEqual(["note"]);
    await new DraftFolders(at("none")).sweep();
});
