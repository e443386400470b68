"""How other systems reach the pages; each module is one protocol and names the clause it follows."""
