import { describe, expect, it } from "vitest";
import { csvOf } from "../src/features/module-pages/parts/csv";

describe("lists as files", () => {
  it("quotes what would break a line, and doubles quotes", () => {
    expect(csvOf([["a,b", 'say "hi"', "two\nlines", "plain"]])).toBe('"a,b","say ""hi""","two\nlines",plain\r\n');
  });
  it("keeps what others wrote from becoming a formula", () => {
    expect(csvOf([["=1+1", "+cmd", "@SUM(A1)", "-2+3", "\tx"]])).toBe("'=1+1,'+cmd,'@SUM(A1),'-2+3,'\tx\r\n");
  });
  it("leaves numbers alone", () => {
    expect(csvOf([["-3", "+4.5", "12"]])).toBe("-3,+4.5,12\r\n");
  });
});
