// A page that is asked for on paper: the browser offers its printer as soon as all is there.

addEventListener("load", () => print());
