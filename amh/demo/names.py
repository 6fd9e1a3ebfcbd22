"""Names such as a cancer centre of the north-east of France reads on its lists: ordinary, borrowed from everywhere."""

from dataclasses import dataclass


def words(text: str) -> tuple[str, ...]:
    """Cut a list of names at its commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


@dataclass(frozen=True)
class Origin:
    """Surnames and first names that go together, how often they are met, and INSEE codes of usual birth places."""

    weight: int
    surnames: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    birth_places: tuple[str, ...]


FRENCH_SURNAMES = words(
    """Martin, Bernard, Thomas, Petit, Robert, Richard, Durand, Dubois, Moreau, Laurent, Simon, Michel, Lefebvre,
    Leroy, Roux, David, Bertrand, Morel, Fournier, Girard, Bonnet, Dupont, Lambert, Fontaine, Rousseau, Vincent,
    Muller, Lefèvre, Faure, André, Mercier, Blanc, Guérin, Boyer, Garnier, Chevalier, François, Legrand,
    Gauthier, Garcia, Perrin, Robin, Clément, Morin, Nicolas, Henry, Roussel, Mathieu, Gautier, Masson,
    Marchand, Duval, Denis, Dumont, Marie, Lemaire, Noël, Meyer, Dufour, Meunier, Brun, Blanchard, Giraud, Joly,
    Rivière, Lucas, Brunet, Gaillard, Barbier, Arnaud, Gérard, Roche, Renard, Schmitt, Roy, Leroux, Colin,
    Vidal, Caron, Picard, Roger, Fabre, Aubert, Lemoine, Renaud, Dumas, Lacroix, Olivier, Philippe, Bourgeois,
    Pierre, Benoît, Rey, Leclerc, Payet, Rolland, Leclercq, Guillaume, Lecomte, Jean, Dupuy, Guillot, Hubert,
    Berger, Carpentier, Sanchez, Moulin, Louis, Deschamps, Huet, Vasseur, Perez, Boucher, Fleury, Royer, Klein,
    Jacquet, Adam, Paris, Poirier, Marty, Aubry, Guyot, Carré, Charles, Renault, Charpentier, Ménard, Maillard,
    Baron, Bertin, Bailly, Hervé, Schneider, Le Gall, Collet, Léger, Bouvier, Julien, Prévost, Millet, Perrot,
    Daniel, Le Roux, Cousin, Germain, Breton, Rémy, Besson, Langlois, Le Goff, Pelletier, Lévêque, Perrier,
    Leblanc, Barré, Lebrun, Grégoire, Weber, Hamon, Boulanger, Jacob, Mallet, Monnier, Michaud, Guichard,
    Étienne, Poulain, Tessier, Chevallier, Collin, Delaunay, Lemaître, Hoffmann, Humbert, Wagner, Kieffer,
    Zimmermann, Schaeffer, Lorrain, Thiébaut, Didier, Claude, Marchal, Antoine, Mangin, Houillon, Vautrin,
    Chrétien, de Villiers, de Brouwer, d’Arcy, Le Bihan, Kerguélen, Etchegaray, Casanova, Paoli, Delacroix,
    Saint-Dizier, Grosjean, Petitjean, Grandclaude, Haxaire, L’Huillier, Maës, Vandamme, Delattre,
    Boudier-Lenoir, Martin-Chauffier, Castel, Ségura, Thévenin"""
)
FRENCH_WOMEN = words(
    """Monique, Françoise, Jacqueline, Nicole, Jeannine, Christiane, Michèle, Danielle, Chantal, Martine, Sylvie,
    Catherine, Brigitte, Annie, Josiane, Évelyne, Colette, Odile, Marie-Claude, Marie-Thérèse, Anne-Marie,
    Marie-France, Bernadette, Ghislaine, Dominique, Élisabeth, Véronique, Patricia, Isabelle, Nathalie, Corinne,
    Valérie, Sandrine, Laurence, Florence, Agnès, Béatrice, Pascale, Hélène, Claire, Cécile, Stéphanie, Karine,
    Céline, Séverine, Virginie, Delphine, Aurélie, Émilie, Julie, Élodie, Marion, Laëtitia, Anne-Sophie,
    Charlotte, Camille, Mathilde, Manon, Léa, Noémie, Yvette, Simone, Denise, Raymonde, Ginette, Huguette,
    Lucienne, Geneviève, Solange, Andrée, Éliane, Maryse"""
)
FRENCH_MEN = words(
    """Jean, Pierre, Michel, André, René, Claude, Jacques, Bernard, Daniel, Gérard, Alain, Roger, Robert, Marcel,
    Christian, Patrick, Philippe, Serge, Guy, Jean-Claude, Jean-Pierre, Jean-Luc, Jean-Marie, Jean-François,
    Didier, Thierry, Pascal, Éric, Bruno, Gilles, Dominique, Francis, Hervé, Yves, Denis, Laurent, Olivier,
    Frédéric, Stéphane, Christophe, Franck, David, Sébastien, Nicolas, Jérôme, Ludovic, Fabrice, Cédric,
    Guillaume, Julien, Mathieu, Rémi, Benoît, Grégory, Vincent, Antoine, Maxime, Alexandre, Thomas, Romain,
    Loïc, Joël, Noël, Raymond, Lucien, Maurice, Gilbert, Edmond"""
)
FRENCH_PLACES = words(
    """57463, 57463, 57672, 54395, 54395, 55029, 88160, 67482, 68224, 51454, 08105, 52448, 75112, 75114, 69383,
    59350, 13205, 31555, 33063, 44109, 35238, 29019, 2A004, 2B033, 97209, 97411, 63113, 87085, 21231, 25056"""
)

ORIGINS = (
    Origin(72, FRENCH_SURNAMES, FRENCH_WOMEN, FRENCH_MEN, FRENCH_PLACES),
    Origin(
        11,
        words(
            """Benali, Haddad, Boudiaf, Mansouri, Belkacem, El Amrani, Bouzid, Cherif, Hamdi, Saïdi, Ben Youssef,
            Khelifi, Zerrouki, Bensaïd, Ouali, Aït Ahmed, Bouchareb, Lahlou, El Idrissi, Trabelsi, Meziane,
            Rahmani, Slimani"""
        ),
        words("Fatima, Khadija, Zohra, Malika, Nadia, Samira, Aïcha, Leïla, Yamina, Rachida, Karima, Houria, Naïma"),
        words("Mohamed, Ahmed, Ali, Rachid, Karim, Abdelkader, Mustapha, Saïd, Hocine, Youssef, Farid, Brahim, Omar"),
        words("99352, 99352, 99350, 99351, 57463, 54395, 69383, 93066"),
    ),
    Origin(
        4,
        words(
            "Diallo, Traoré, N’Guessan, Koné, Diop, Sow, Mbemba, Kouassi, Ndiaye, Camara, Mballa, Ouédraogo, Sissoko"
        ),
        words("Fatou, Aminata, Mariam, Aïssatou, Adjoua, Marie-Louise, Bintou, Grâce, Rokhaya"),
        words("Mamadou, Ibrahima, Ousmane, Kouamé, Moussa, Jean-Baptiste, Seydou, Cheikh, Amadou"),
        words("99341, 99335, 99326, 99322, 57463, 75118"),
    ),
    Origin(
        5,
        words(
            "Da Silva, Ferreira, Pereira, Dos Santos, Gonçalves, Rodrigues, Gómez, Fernández, Lopes, Martinez, Muñoz"
        ),
        words("Maria, Maria-Fernanda, Lúcia, Conceição, Carmen, Rosa, Dolores, Ana, Isabel, Pilar"),
        words("Manuel, José, António, João, Carlos, Francisco, Joaquim, Fernando, Luis, Ramón"),
        words("99139, 99139, 99134, 57463, 54395"),
    ),
    Origin(
        4,
        words(
            "Rossi, Bianchi, Ferrari, Esposito, D’Angelo, Di Marco, Lombardi, Moretti, Zanetti, Venturini, Bertolini"
        ),
        words("Giuseppina, Angela, Rosa, Lucia, Anna-Maria, Teresa, Antonietta, Graziella"),
        words("Giuseppe, Salvatore, Antonio, Bruno, Dino, Angelo, Mario, Primo, Silvio"),
        words("99127, 99127, 57672, 57463, 54323"),
    ),
    Origin(
        2,
        words("Kowalski, Nowak, Wiśniewski, Łukasik, Wojciechowski, Kaczmarek, Dąbrowski, Petrović, Novák, Popescu"),
        words("Irena, Hélène, Zofia, Halina, Jadwiga, Danuta, Krystyna, Milena"),
        words("Stanislas, Casimir, Édouard, Jan, Zbigniew, Henri, Dragan, Mirko"),
        words("99122, 62427, 57672, 99121, 99114"),
    ),
    Origin(
        1,
        words("Nguyen, Tran, Le Van, Pham, Phan, Sisowath, Wang, Chen, Huynh, Rasoanaivo"),
        words("Thi Lan, Thi Hoa, Mai, Kim, Linh, Sophie, Hélène, Voahangy"),
        words("Van Minh, Van Hai, Duc, Hoang, Philippe, Wei, Paul, Tiana"),
        words("99243, 99234, 99216, 99333, 75113"),
    ),
    Origin(
        1,
        words("Yılmaz, Çelik, Kaya, Öztürk, Demir, Sarkissian, Der Hagopian, Manoukian"),
        words("Ayşe, Emine, Zeynep, Anahide, Sirvart, Hatice"),
        words("Mehmet, Mustafa, Hüseyin, Hagop, Vartan, Ali"),
        words("99208, 99252, 57463, 67482"),
    ),
)


@dataclass(frozen=True)
class Special:
    """A person whose name tries a screen: sex, birth name, first names, used name."""

    sex: str
    birth_name: str
    first_names: str
    used_name: str = ""


SPECIALS = (
    Special("M", "O’Brien", "Seán Patrick"),
    Special("F", "Rakotomalala-Andriamampianina", "Marie-Véronique Hanitriniaina Lalaoarisoa"),
    Special("F", "de La Rochefoucauld-Montbazon", "Anne-Charlotte Marie-Adélaïde", "Vandenbroucke-Van der Meersch"),
    Special("M", "L’Haÿ", "Loïc Aloÿs"),
    Special("F", "Œhmichen", "Bérengère", "Le Quéré"),
    Special("M", "Nguyen Phuoc Bao Long", "Jean-Baptiste"),
    Special("M", "van den Bergh", "Joris"),
    Special("F", "D’Hondt", "Marie-Ange"),
    Special("M", "Saint-Exupéry de Puységur", "Charles-Édouard Gaspard"),
    Special("F", "Öztürk", "Emine"),
    Special("F", "Li", "A"),
)

HOMONYMS = (
    (Special("F", "Martin", "Monique Jeanne"), Special("F", "Martin", "Monique Louise")),
    (Special("M", "Durand", "Jean-Pierre"), Special("M", "Durant", "Jean-Pierre")),
    (Special("F", "Lefebvre", "Catherine"), Special("F", "Morel", "Christine", "Lefèvre")),
)
"""Pairs put in one unit: same name, names that sound the same, a used name that sounds like a birth name."""
