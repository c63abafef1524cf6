import type { ServiceModel } from "../model/shapes.ts";
import { ec2Answer } from "./xml-response.ts";
import { restAnswer } from "./rest-json-response.ts";

const model: ServiceModel = {
    metadata: { apiVersion: "1", protocol: "ec2", xmlNamespace: "http://example.com/1" },
    operations: {
        Ask: { name: "Ask", http: { method: "POST", requestUri: "/", responseCode: 201 }, output: { shape: "Answer" } },
    },
    shapes: {
        Answer: {
            type: "structure",
            required: ["Colour"],
            members: {
                Colour: { shape: "Colour", locationName: "colour" },
                Times: { shape: "Times", locationName: "timeSet" },
                Data: { shape: "Data" },
            },
        },
        Colour: { type: "string", enum: ["red", "a<b"] },
        Times: { type: "list", member: { shape: "Time", locationName: "item" } },
        Time: { type: "timestamp" },
        Data: { type: "blob" },
    },
};
const time = new Date("2026-01-02T03:04:05.678Z");

test("an answer is written as the model says", () => {
    const output = { Colour: "a<b", Times: [time], Data: Buffer.from("x") };
    expect(ec2Answer(model, "Ask", output, "id")).toContain(
        "<requestId>id</requestId><colour>a&lt;b</colour><timeSet><item>2026-01-02T03:04:05.678Z</item></timeSet><Data>eA==</Data>",
    );
    const { status, body } = restAnswer(model, "Ask", { Colour: "red", Times: [time] });
    expect([status, JSON.parse(body.toString())]).toEqual([201, { colour: "red", timeSet: [1_767_323_045.678] }]);
});

test.each([
    ["a member that the model does not have", { Colour: "red", Shade: "dark" }, "Shade"],
    ["a value outside an enumeration", { Colour: "blue" }, "Colour"],
    ["a missing member", {}, "Colour"],
    ["another type", { Colour: "red", Times: ["today"] }, "Times.1"],
])("%s in our own answer is a loud failure", (_name, output, where) => {
    expect(() => ec2Answer(model, "Ask", output, "id")).toThrow(`does not fit the model: Ask: ${where}`);
    expect(() => restAnswer(model, "Ask", output)).toThrow(`does not fit the model: Ask: ${where}`);
});
