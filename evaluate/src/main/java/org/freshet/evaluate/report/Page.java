package org.freshet.evaluate.report;

/** The frame of a page: one file, no network, light and dark, readable on a phone. */
final class Page {
  private static final String STYLE =
      """
      :root{--bg:#fbfbfa;--card:#fff;--ink:#1c1e21;--soft:#5d646d;--line:#e2e4e7;--c0:#0067a8;--c1:#c26a00;\
      --c2:#7a828c;--c3:#a4437c;--c4:#007a5a;--c5:#8a6d00;--c6:#5b4bb5;--c7:#b03a2e;--hot:0,103,168;--good:#007a5a;--bad:#b03a2e}
      @media(prefers-color-scheme:dark){:root{--bg:#14161a;--card:#1d2025;--ink:#e8eaed;--soft:#a0a8b2;--line:#343942;\
      --c0:#5db7f0;--c1:#f0a33c;--c2:#98a1ac;--c3:#e58cc0;--c4:#3fc79a;--c5:#d9bd48;--c6:#a99bf5;--c7:#ee8072;\
      --hot:93,183,240;--good:#3fc79a;--bad:#ee8072}}
      *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);\
      font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
      main{max-width:60rem;margin:0 auto;padding:1.25rem 1rem 3rem}h1{font-size:1.5rem;line-height:1.25;margin:.2rem 0 .3rem;overflow-wrap:anywhere}
      h2{font-size:1.05rem;margin:0 0 .6rem}p{margin:.4rem 0}.soft,figcaption{color:var(--soft);font-size:.875rem}
      code{font:.85em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
      section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem;margin:1rem 0}
      .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:1rem 0}
      .tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.6rem .8rem}
      .tile b{display:block;font-size:1.35rem;line-height:1.3;font-variant-numeric:tabular-nums}.tile span{color:var(--soft);font-size:.8rem}
      .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
      th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
      th:first-child,td:first-child{text-align:left;white-space:normal}thead th{color:var(--soft);font-weight:600}
      tr:last-child td{border-bottom:0}figure{margin:0}svg{display:block;width:100%;height:auto;overflow:visible}
      svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--soft)}svg .name{font-weight:600}
      .narrow{display:none}@media(max-width:640px){.wide{display:none}.narrow{display:block}section{padding:.8rem .7rem}}
      .key{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;font-size:.85rem;color:var(--soft);margin:.5rem 0 0;padding:0;list-style:none}
      .key svg{display:inline-block;width:26px;height:10px;margin-right:.35rem;vertical-align:middle}
      .good{color:var(--good)}.bad{color:var(--bad)}td:first-child{min-width:7.5rem;overflow-wrap:anywhere}.ranks{min-width:34rem}.models th{white-space:normal;min-width:6.5rem;overflow-wrap:anywhere}.plot{max-width:22rem}.pair{display:grid;gap:0 1rem}
      @media(min-width:760px){.pair{grid-template-columns:1fr 1fr}}dl{display:grid;grid-template-columns:minmax(6rem,auto) 1fr;\
      gap:.25rem 1rem;margin:0;font-size:.9rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
      """;

  private final StringBuilder body = new StringBuilder();
  private final String title;

  Page(String title) {
    this.title = title;
  }

  /** Adds HTML as it is; whatever came from outside must have gone through {@link #escape}. */
  Page html(String html) {
    body.append(html).append('\n');
    return this;
  }

  Page section(String heading, String html) {
    return html("<section><h2>" + escape(heading) + "</h2>\n" + html + "</section>");
  }

  /** A stream's name without the folders of its file. */
  static String shortName(String stream) {
    return stream.indexOf('(') < 0 ? stream.substring(stream.lastIndexOf('/') + 1) : stream;
  }

  /** Text that cannot be taken for markup, between tags or in a quoted attribute. */
  static String escape(String text) {
    StringBuilder s = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> s.append("&amp;");
        case '<' -> s.append("&lt;");
        case '>' -> s.append("&gt;");
        case '"' -> s.append("&quot;");
        case '\'' -> s.append("&#39;");
        default -> s.append(c < ' ' && c != '\n' && c != '\t' ? '\ufffd' : c);
      }
    }
    return s.toString();
  }

  @Override
  public String toString() {
    return "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
        + "<meta name=\"color-scheme\" content=\"light dark\">"
        + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';style-src 'unsafe-inline'\">"
        + "<title>"
        + escape(title)
        + "</title>\n<style>\n"
        + STYLE
        + "</style></head>\n<body><main>\n"
        + body
        + "</main></body>\n</html>\n";
  }
}
