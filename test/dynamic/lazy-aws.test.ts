import { openClients } from "../../providers/aws/client/clients";

function notYet(): never {
    throw new Error("a client of AWS was loaded");
}

jest.mock("@aws-sdk/client-ec2", notYet);
jest.mock("@aws-sdk/client-ebs", notYet);
jest.mock("@aws-sdk/client-sts", notYet);

test("programs, the command and the handlers of other resources load no client of AWS", async () => {
    for (const entry of ["../../sdk", "../../providers/command/program", "../../providers/dynamic"]) {
        expect(require(entry)).toBeDefined();
    }
    const { handlerOf } = require("../../providers/dynamic/handlers") as {
        handlerOf: (type: string) => Promise<unknown>;
    };
    for (const type of [
        "linuxkit:Image",
        "linuxkit:ImageFile",
        "linuxkit/qemu:Machine",
        "linuxkit/aws:Image",
        "linuxkit/aws:Instance",
        "linuxkit/aws:Volume",
    ]) {
        expect(await handlerOf(type)).toHaveProperty("create");
    }
});

test("they are loaded when AWS is reached", () => {
    expect(() => openClients({}, "eu-central-1")).toThrow("a client of AWS was loaded");
});
