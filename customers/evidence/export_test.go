package evidence

// PieceID is the id that a piece of a file is stored under.
var PieceID = pieceID
