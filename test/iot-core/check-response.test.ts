import { expect, test } from "vitest";
import { checkResponse, type RawResponse, type ServiceModel } from "../support/service-model.ts";

const model: ServiceModel = {
  version: "0",
  operations: {
    GetLamp: {
      http: { method: "GET", requestUri: "/lamps/{name}" },
      output: { shape: "Lamp" },
      errors: [{ shape: "NotFound" }],
    },
  },
  shapes: {
    Lamp: {
      type: "structure",
      required: ["name"],
      members: {
        name: { shape: "Name" },
        state: { shape: "State" },
        watts: { shape: "Watts" },
        isOn: { shape: "Flag" },
        madeAt: { shape: "Date" },
        rooms: { shape: "Rooms" },
        labels: { shape: "Labels" },
        data: { shape: "Data" },
        etag: { shape: "Name", location: "header", locationName: "etag" },
      },
    },
    Name: { type: "string", min: 2, max: 4, pattern: "[\\p{Graph}\\x20]*" },
    State: { type: "string", enum: ["ON", "OFF"] },
    Watts: { type: "integer", max: 100 },
    Flag: { type: "boolean" },
    Date: { type: "timestamp" },
    Rooms: { type: "list", member: { shape: "Name" }, max: 1 },
    Labels: { type: "map", key: { shape: "Name" }, value: { shape: "Name" } },
    Data: { type: "blob" },
    NotFound: {
      type: "structure",
      members: { message: { shape: "Text" } },
      error: { httpStatusCode: 404 },
    },
    Text: { type: "string" },
  },
};

const lamp = {
  name: "lamp",
  state: "ON",
  watts: 10,
  isOn: true,
  madeAt: 1_780_000_000.25,
  rooms: ["hall"],
  labels: { ab: "cd" },
  data: "b24=",
};
const answer = (changes: object): RawResponse => ({
  status: 200,
  headers: {},
  body: JSON.stringify({ ...lamp, ...changes }),
});
const error = (status: number, name: string, body = '{"message":"no"}'): RawResponse => ({
  status,
  headers: { "x-amzn-ErrorType": name },
  body,
});

const good: readonly { name: string; response: RawResponse }[] = [
  { name: "every member", response: answer({}) },
  { name: "null for a member that is not required", response: answer({ watts: null }) },
  { name: "a modelled error", response: error(404, "NotFound") },
  { name: "an error's name with an address", response: error(404, "NotFound:http://x/") },
  { name: "an error's name with a namespace", response: error(404, "com.amazon#NotFound") },
  {
    name: "an error's name in the body",
    response: { status: 404, headers: {}, body: '{"__type":"NotFound"}' },
  },
];
test.for(good)("an answer with $name is as modelled", ({ response }) => {
  expect(checkResponse(model, "GetLamp", response)).toEqual([]);
});

const bad: readonly { name: string; response: RawResponse; problem: RegExp }[] = [
  { name: "a required member missing", response: answer({ name: undefined }), problem: /required/ },
  { name: "null for a required member", response: answer({ name: null }), problem: /required/ },
  { name: "an unknown member", response: answer({ other: 1 }), problem: /other: unknown/ },
  { name: "too short a text", response: answer({ name: "x" }), problem: /length 1/ },
  { name: "too long a text", response: answer({ name: "lampe" }), problem: /length 5/ },
  { name: "a text off the pattern", response: answer({ name: "é é" }), problem: /match/ },
  { name: "a value off the enumeration", response: answer({ state: "DIM" }), problem: /DIM/ },
  { name: "a fraction", response: answer({ watts: 1.5 }), problem: /no integer/ },
  { name: "a number as text", response: answer({ watts: "10" }), problem: /no integer/ },
  { name: "too large a number", response: answer({ watts: 101 }), problem: /101/ },
  { name: "a boolean as text", response: answer({ isOn: "true" }), problem: /no boolean/ },
  { name: "a date as text", response: answer({ madeAt: "2026" }), problem: /no epoch seconds/ },
  { name: "milliseconds", response: answer({ madeAt: 1.78e12 }), problem: /no epoch seconds/ },
  { name: "no list", response: answer({ rooms: "hall" }), problem: /no list/ },
  { name: "too long a list", response: answer({ rooms: ["hall", "loft"] }), problem: /length 2/ },
  { name: "a bad item", response: answer({ rooms: ["x"] }), problem: /rooms\[0\]/ },
  { name: "a bad key", response: answer({ labels: { a: "cd" } }), problem: /key a/ },
  { name: "a bad value", response: answer({ labels: { ab: 1 } }), problem: /labels\.ab/ },
  { name: "a blob in the clear", response: answer({ data: "öl" }), problem: /base64/ },
  { name: "a member in the body for a header", response: answer({ etag: "ab" }), problem: /etag/ },
  { name: "another status", response: { ...answer({}), status: 201 }, problem: /201/ },
  { name: "no JSON", response: { ...answer({}), body: "<html>" }, problem: /no JSON/ },
  { name: "an error that is not modelled", response: error(400, "Other"), problem: /Other/ },
  { name: "an error with another status", response: error(400, "NotFound"), problem: /with 400/ },
  {
    name: "an error with unknown members",
    response: error(404, "NotFound", '{"Message":"no"}'),
    problem: /Message: unknown/,
  },
];
test.for(bad)("an answer with $name is not", ({ response, problem }) => {
  expect(checkResponse(model, "GetLamp", response)).toEqual([expect.stringMatching(problem)]);
});

test("an operation that the model lacks is a problem", () => {
  expect(checkResponse(model, "GetChair", answer({}))).toHaveLength(1);
});
